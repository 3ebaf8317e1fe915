// Shows a note that the push service handed over, also while no page is open, and opens what it is about. It answers no
// requests of pages and keeps nothing.
interface Note { title: string; body: string; url: string; tag: string }
interface Pushed extends Event { data: { json(): Note } | null; waitUntil(work: Promise<unknown>): void }
interface Clicked extends Event { notification: Notification; waitUntil(work: Promise<unknown>): void }
interface Window_ { url: string; focus(): Promise<unknown>; navigate(url: string): Promise<unknown> }
interface Worker_ {
  addEventListener(type: string, listener: (event: never) => void): void;
  registration: ServiceWorkerRegistration;
  location: Location;
  clients: { matchAll(options: object): Promise<Window_[]>; openWindow(url: string): Promise<unknown> };
  skipWaiting(): Promise<void>;
}
const worker = self as unknown as Worker_;

/** Only pages of our own are opened, whatever a note says. */
function ours(address: string): string {
  const url = new URL(address, worker.location.origin);
  return url.origin === worker.location.origin ? url.href : new URL("/messages/", worker.location.origin).href;
}

async function open(address: string): Promise<void> {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find(({ url }) => url === address);
  await (there ? there.focus() : worker.clients.openWindow(address));
}

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("push", (event: Pushed) => {
  if (!event.data) return;
  const { title, body, url, tag } = event.data.json();
  event.waitUntil(worker.registration.showNotification(title, { body, tag, data: ours(url), lang: "zh-CN" }));
});
worker.addEventListener("notificationclick", (event: Clicked) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data)));
});

export {};
