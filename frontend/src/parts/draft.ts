// What a resident has begun to write stays in their own browser until it was sent, for a day at most. Contact data never does.

const DAY = 24 * 3600 * 1000;
const PREFIX = "draft:";

export type SentPhoto = { id: string; thumb: string };
export type Words = Record<string, string>;
type Kept = { at: number; words: Words; photos: SentPhoto[] };

/** The draft of one form: words and the photos that have arrived in localStorage, photos still on their way in IndexedDB. */
export class Draft {
  constructor(private readonly name: string) {}

  read(): Kept | null {
    try {
      const kept = JSON.parse(localStorage.getItem(PREFIX + this.name) ?? "null") as Kept | null;
      if (kept && Date.now() - kept.at < DAY) return kept;
      if (kept) this.forget();
    } catch { /* storage is switched off */ }
    return null;
  }

  write(words: Words, photos: SentPhoto[]): void {
    try {
      localStorage.setItem(PREFIX + this.name, JSON.stringify({ at: Date.now(), words, photos }));
    } catch { /* storage is switched off or full */ }
  }

  forget(): void {
    try { localStorage.removeItem(PREFIX + this.name); } catch { /* storage is switched off */ }
    void this.unsent().then((all) => all.forEach(({ key }) => this.drop(key)));
  }

  /** Keep a photo until it has been sent. */
  keep(key: string, file: File): Promise<void> {
    return this.store((photos) => photos.put({ key: `${this.name}/${key}`, at: Date.now(), file })).then(() => undefined);
  }

  drop(key: string): void {
    void this.store((photos) => photos.delete(key.includes("/") ? key : `${this.name}/${key}`));
  }

  async unsent(): Promise<{ key: string; file: File }[]> {
    const all = (await this.store((photos) => photos.getAll())) as { key: string; at: number; file: File }[] | null;
    const old = (all ?? []).filter(({ at }) => Date.now() - at >= DAY);
    old.forEach(({ key }) => this.drop(key));
    return (all ?? []).filter((one) => one.key.startsWith(`${this.name}/`) && !old.includes(one));
  }

  private store(use: (photos: IDBObjectStore) => IDBRequest): Promise<unknown> {
    return new Promise((done) => {
      try {
        const opening = indexedDB.open("yipanqi", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("photos", { keyPath: "key" });
        opening.onerror = () => done(null);
        opening.onsuccess = () => {
          const request = use(opening.result.transaction("photos", "readwrite").objectStore("photos"));
          request.onsuccess = () => { done(request.result); opening.result.close(); };
          request.onerror = () => { done(null); opening.result.close(); };
        };
      } catch { done(null); }
    });
  }
}

/** Every draft goes once a report has been received. */
export function forgetAll(): void {
  try {
    Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => new Draft(key.slice(PREFIX.length)).forget());
  } catch { /* storage is switched off */ }
}
