// Signs this browser up for notes of new messages. The page's form is shown only where the browser can do it.
import { mark } from "./parts/leaving";

function bytes(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(key.length / 4) * 4, "="));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** What a person would call this device. */
function name(): string {
  const agent = navigator.userAgent;
  const browser = [["Edg/", "Edge"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]].find(([part]) => agent.includes(part))?.[1] ?? "";
  const system = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "Mac"], ["Linux", "Linux"]].find(([part]) => agent.includes(part))?.[1] ?? "";
  return `${system} ${browser}`.trim();
}

function show(what: string): void {
  document.querySelectorAll<HTMLElement>("[data-push-here], [data-push-off], [data-push-denied], [data-push-failed]").forEach((line) => { line.hidden = true; });
  document.querySelector<HTMLElement>(`[data-push-${what}]`)!.hidden = false;
}

async function signUp(form: HTMLFormElement): Promise<void> {
  if (await Notification.requestPermission() !== "granted") return show("denied");
  const worker = await navigator.serviceWorker.register(form.dataset.pushWorker!);
  const key = bytes(form.dataset.pushKey!);
  let signed: PushSubscription;
  try {
    await (await worker.pushManager.getSubscription())?.unsubscribe(); // it may have been made for another key
    signed = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  } catch {
    return show("failed");
  }
  const { endpoint, keys } = signed.toJSON();
  for (const [field, value] of Object.entries({ endpoint, ...keys })) {
    const input = form.elements.namedItem(field) as HTMLInputElement | null;
    if (input && value) input.value = value;
  }
  form.submit();
}

async function start(form: HTMLFormElement): Promise<void> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !window.isSecureContext) return show("off");
  const worker = await navigator.serviceWorker.getRegistration(form.dataset.pushWorker!);
  const signed = await worker?.pushManager.getSubscription();
  if (signed && document.querySelector(`[data-device="${await mark(signed.endpoint)}"]`)) return show("here");
  const label = form.elements.namedItem("name") as HTMLInputElement;
  label.value ||= name();
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void signUp(form);
  });
}

const form = document.querySelector<HTMLFormElement>("form[data-push]");
if (form) void start(form);
