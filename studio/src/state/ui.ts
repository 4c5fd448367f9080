/** What the page shows, and what it remembers of how it was left. */
import { computed, effect, type Signal, signal } from "@preact/signals";

export type Room = "play" | "library" | "train" | "learn";
export type Theme = "auto" | "light" | "dark";
const ROOMS: readonly Room[] = ["play", "library", "train", "learn"];

function kept<T>(name: string, standard: T): T {
  try {
    const text = localStorage.getItem(`continuo.${name}`);
    const value: unknown = text === null ? standard : JSON.parse(text);
    return typeof value === typeof standard ? (value as T) : standard;
  } catch {
    return standard;
  }
}

export function remembered<T extends string | number | boolean>(name: string, standard: T): Signal<T> {
  const made = signal<T>(kept(name, standard));
  effect(() => {
    try {
      localStorage.setItem(`continuo.${name}`, JSON.stringify(made.value));
    } catch { /* a browser that keeps nothing still plays */ }
  });
  return made;
}

export const room = signal<Room>("play");
/** Which lesson, or which take of the library, is open. */
export const detail = signal("");
export const theme = remembered<Theme>("theme", "auto");
const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = signal(dark.matches);
dark.addEventListener("change", () => (isDark.value = dark.matches));
/** Another one whenever the colours of the page are others: pictures are drawn anew. */
export const colours = computed(() => `${theme.value} ${isDark.value ? "dark" : "light"}`);
export const isEditing = signal(false);
export const snap = remembered<number>("snap", 0.5);
export const zoom = signal<{ readonly from: number; readonly beats: number }>({ from: 0, beats: 0 });
/** Bars that are selected in the ruler, in beats. */
export const stretch = signal<readonly [number, number] | undefined>(undefined);
export const focusedNote = signal(0);
export const octave = remembered<number>("octave", 4);
export const velocity = remembered<number>("velocity", 92);
export const keysPlay = remembered<boolean>("keysPlay", true);
export const isHelpOpen = signal(false);
/** What just changed, for those who do not see it. */
export const spoken = signal("");

export function goTo(where: Room, what = ""): void {
  location.hash = what ? `${where}/${encodeURIComponent(what)}` : where;
}

function read(): void {
  const [name = "", what = ""] = location.hash.slice(1).split("/");
  room.value = ROOMS.find((one) => one === name) ?? "play";
  try {
    detail.value = decodeURIComponent(what);
  } catch {
    detail.value = "";
  }
}
addEventListener("hashchange", read);
read();

effect(() => {
  const root = document.documentElement;
  if (theme.value === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme.value;
});
