// Opens the page for signing in, and the leader's code, where there is no network: a page of our own without anything
// personal, with the files it needs. All other requests go to the network as they are.
interface Fetched extends Event { request: Request; respondWith(answer: Promise<Response>): void; waitUntil(work: Promise<unknown>): void }
interface Lasting extends Event { waitUntil(work: Promise<unknown>): void }
interface Worker_ {
  addEventListener(type: string, listener: (event: never) => void): void;
  location: Location;
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}
const worker = self as unknown as Worker_;
const SHELL = "/activities/in/offline/", STORE = "attendance";
const OURS = /^\/activities\/(?:in\/[0-9a-f-]{36}\/|run\/shifts\/[0-9a-f-]{36}\/attendance\/)$/;
const PATIENCE = 6_000;

/** Fetch the page anew with every file that it names; what it no longer names is dropped. */
async function stock(): Promise<void> {
  const page = await fetch(SHELL, { credentials: "omit", cache: "no-cache" });
  if (!page.ok) return;
  const store = await caches.open(STORE), text = await page.clone().text();
  const named = new Set([...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((found) => found[1]));
  await store.put(SHELL, page);
  await store.addAll([...named]);
  for (const { url } of await store.keys()) if (![SHELL, ...named].includes(new URL(url).pathname)) await store.delete(url);
}

async function page(request: Request): Promise<Response> {
  const late = new Promise<null>((done) => { setTimeout(() => done(null), PATIENCE); });
  const answer = await Promise.race([fetch(request).catch(() => null), late]);
  if (answer && answer.status < 500) return answer;
  const kept = await (await caches.open(STORE)).match(SHELL);
  return kept ?? answer ?? Response.error();
}

async function piece(request: Request): Promise<Response> {
  const answer = await fetch(request).catch(() => null);
  return answer ?? (await (await caches.open(STORE)).match(request)) ?? Response.error();
}

worker.addEventListener("install", (event: Lasting) => event.waitUntil(stock().then(() => worker.skipWaiting())));
worker.addEventListener("activate", (event: Lasting) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event: Fetched) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return;
  if (request.mode === "navigate" && OURS.test(pathname)) {
    event.respondWith(page(request));
    event.waitUntil(stock().catch(() => undefined));
  } else if (pathname.startsWith("/static/")) event.respondWith(piece(request));
});

export {};
