// What a phone did without a network: calls with their own ids, kept in this browser and sent once it is back. However often
// one is sent, it counts once. Nothing but the call is kept: no name, no position.

export interface Call { id: string; action: string; when: string; args: Record<string, string>; who: string; words: string; refused?: string }
interface Result { id: string; outcome: "done" | "refused" | "conflict"; detail: string }
export type Sent = "all" | "offline" | "sign-in" | "busy";

const KEY = "yipanqi.outbox", CLOCK = "yipanqi.clock", WHO = "yipanqi.who";
const MOST = 50;

function read(): Call[] {
  try { return JSON.parse(localStorage.getItem(KEY) ?? "[]") as Call[]; } catch { return []; }
}

function write(calls: Call[]): void {
  localStorage.setItem(KEY, JSON.stringify(calls));
}

/** An id that no other phone gives. */
export function fresh(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The server's time as far as this phone knows it: its own clock, put right by what the last page said. */
export function now(): Date {
  return new Date(Date.now() + Number(localStorage.getItem(CLOCK) ?? 0));
}

/** A page from the server says what time it is and who is signed in. */
export function meet(body: HTMLElement): void {
  const told = Date.parse(body.dataset.serverNow ?? "");
  if (!Number.isNaN(told)) localStorage.setItem(CLOCK, String(Math.round(told - Date.now())));
  if (body.dataset.who) localStorage.setItem(WHO, body.dataset.who);
}

/** Who signed in on this phone last; empty where nobody did. */
export function who(): string {
  return localStorage.getItem(WHO) ?? "";
}

export function keep(call: Call): void {
  write([...read().filter(({ id }) => id !== call.id), call]);
}

export function waiting(): Call[] {
  return read().filter(({ refused }) => !refused);
}

export function refused(): Call[] {
  return read().filter((call) => call.refused);
}

/** The person has read why some calls were refused. */
export function dismiss(): void {
  write(waiting());
}

/** Send what waits for whoever is signed in here, in the order in which it happened. */
export async function send(): Promise<Sent> {
  const mine = waiting().filter((call) => call.who === who()).slice(0, MOST);
  if (!mine.length) return "all";
  let answer: Response;
  try {
    answer = await fetch("/api/v1/sync", {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ who: who(), calls: mine.map(({ id, action, when, args }) => ({ id, action, when, args })) }),
    });
  } catch {
    return "offline";
  }
  if ([401, 403, 409].includes(answer.status)) return "sign-in";
  if (!answer.ok) return "busy";
  const results = ((await answer.json()) as { results: Result[] }).results;
  const told = new Map(results.map((result) => [result.id, result]));
  const sent = new Set(mine.map(({ id }) => id));
  write(read().flatMap((call) => {
    const result = told.get(call.id);
    if (!result || !sent.has(call.id)) return [call];
    return result.outcome === "done" ? [] : [{ ...call, refused: result.detail }];
  }));
  return waiting().some((call) => call.who === who()) ? send() : "all";
}

function token(): string {
  return document.cookie.split("; ").find((part) => part.startsWith("csrftoken="))?.slice(10) ?? "";
}
