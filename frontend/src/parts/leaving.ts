// Whoever signs out on a device takes its notes along: the browser's registration ends here, the server's where it is told of.
const WAIT = 2000;

/** What names a registration to the server without giving its address away. */
export async function mark(endpoint: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** End this browser's registration; gives its mark, "" where there is none. */
async function end(): Promise<string> {
  const worker = await navigator.serviceWorker.getRegistration("/messages/");
  const signed = await worker?.pushManager.getSubscription();
  if (!signed) return "";
  const told = await mark(signed.endpoint);
  await signed.unsubscribe().catch(() => false); // the server stops sending in any case
  return told;
}

/** `form[data-leaving]` signs out. It is sent once the registration has ended, and after a moment whatever happens. */
export function startLeaving(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-leaving]") || form.dataset.leaving || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
    event.preventDefault();
    form.dataset.leaving = "now";
    const late = new Promise<string>((done) => { setTimeout(() => done(""), WAIT); });
    void Promise.race([end().catch(() => ""), late]).then((told) => {
      const device = document.createElement("input");
      Object.assign(device, { type: "hidden", name: "device", value: told });
      form.append(device);
      form.submit();
    });
  });
}
