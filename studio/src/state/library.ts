/** All takes ever: asked for page by page, changed with a way back. */
import { effect, signal } from "@preact/signals";
import { type Note } from "../model/notes";
import { fromPlain, type Plain, type Take, type Track } from "../model/takes";
import { encode, get, patch, post, remove, sentence } from "../wire/http";
import { wire } from "../wire/wire";
import { bpm, meter, models } from "./engine";
import { say, warn } from "./notices";
import * as piece from "./piece";
import { goTo, room } from "./ui";

export interface Filed {
  readonly file: string;
  readonly id: string;
  readonly title: string;
  readonly model: string;
  readonly seed: number | null;
  readonly bars: number;
  readonly bpm: number;
  readonly meter: string | readonly [number, number];
  readonly mode: string;
  readonly saved: string | number;
  readonly verdict: string;
  readonly starred: boolean;
}

interface FiledTrack {
  readonly name: string;
  readonly role: string;
  readonly program: number;
  readonly channel: number;
  readonly is_drum: boolean;
  readonly notes: readonly Plain[];
}

export interface Whole extends Filed {
  readonly controls: Readonly<Record<string, number>>;
  readonly tracks: readonly FiledTrack[];
  readonly length: number;
  readonly played: readonly Plain[] | null;
  readonly key: string;
  readonly chords: ReadonlyArray<readonly [number, string]>;
}

/** A take that nobody has named is called by who made it. */
export const nameOf = (take: Filed): string => take.title || (take.model ? `A take by ${modelName(take.model)}` : "Your phrase");
export const modelName = (name: string): string => models.value.find((one) => one.name === name)?.title || name;

const PAGE = 50;
export const filed = signal<readonly Filed[]>([]);
export const count = signal(0);
export const hasMore = signal(false);
export const search = signal("");
export const onlyStarred = signal(false);
export const isLoading = signal(true);
export const opened = signal<Whole | undefined>(undefined);

let asked = 0;
export async function fetchTakes(more = false): Promise<void> {
  const mine = ++asked;
  isLoading.value = true;
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (search.value.trim()) query.set("search", search.value.trim());
  if (onlyStarred.value) query.set("starred", "1");
  const last = filed.value.at(-1);
  if (more && last) query.set("before", last.file);
  try {
    const page = await get<{ takes: Filed[]; count: number; more: boolean }>(`/api/takes?${query}`);
    if (mine !== asked) return;
    filed.value = more ? [...filed.value, ...page.takes] : page.takes;
    count.value = page.count;
    hasMore.value = page.more;
  } catch (error) {
    warn(sentence(error));
  }
  isLoading.value = false;
}

const put = (take: Filed): void => void (filed.value = filed.value.map((one) => (one.file === take.file ? { ...one, ...take } : one)));

export async function change(file: string, part: { title?: string; starred?: boolean }, isStep = true): Promise<void> {
  const before = filed.value.find((one) => one.file === file);
  try {
    put(await patch<Filed>(`/api/takes/${encode(file)}`, part));
  } catch (error) {
    return warn(sentence(error));
  }
  if (!before || !isStep) return;
  const back = part.title === undefined ? { starred: before.starred } : { title: before.title };
  piece.history.add({ name: part.title === undefined ? "star a take" : "rename a take", undo: () => void change(file, back, false), redo: () => void change(file, part, false) });
}

/** Set a take aside; undo brings it back, on the disk as well. */
export async function discard(take: Filed): Promise<void> {
  const away = async (): Promise<void> => {
    await remove(`/api/takes/${encode(take.file)}`);
    filed.value = filed.value.filter((one) => one.file !== take.file);
    if (opened.value?.file === take.file) opened.value = undefined;
  };
  const back = async (): Promise<void> => {
    await post(`/api/takes/${encode(take.file)}/restore`);
    await fetchTakes();
  };
  try {
    await away();
  } catch (error) {
    return warn(sentence(error));
  }
  const failed = (error: unknown): void => warn(sentence(error));
  piece.history.add({ name: `delete “${nameOf(take)}”`, undo: () => void back().catch(failed), redo: () => void away().catch(failed) });
  say(`“${nameOf(take)}” is deleted.`, "info", ["Undo", () => piece.history.undo()]);
}

export async function fetchWhole(file: string): Promise<Whole | undefined> {
  try {
    return await get<Whole>(`/api/takes/${encode(file)}`);
  } catch (error) {
    warn(sentence(error));
    return undefined;
  }
}

let lastId = 2_000_000;
export function read(notes: readonly Plain[], voice: number): Note[] {
  const made = fromPlain(notes, voice, lastId + 1);
  lastId += made.length;
  return made;
}

/** The voices; in files channels are counted from 0. */
export const tracksOf = (whole: Whole): Track[] =>
  whole.tracks.slice(1).map((track, i) => ({ name: track.name, role: track.role, program: track.program, channel: track.channel + 1, isDrums: track.is_drum, notes: read(track.notes, i + 1) }));

export const meterOf = (text: Filed["meter"]): readonly [number, number] => {
  const [a, b] = typeof text === "string" ? text.split("/").map(Number) : text;
  return a && b ? [a, b] : [4, 4];
};

/** Lay a take of the library into the roll, as it was. */
export function reopen(whole: Whole): void {
  const melody = read(whole.tracks[0]?.notes ?? [], 0);
  const there = piece.takes.value.find((one) => one.file === whole.file || one.id === whole.id);
  const take: Take = there ?? { id: whole.id, model: whole.model, seed: whole.seed ?? 0, bpm: whole.bpm, length: whole.length, tracks: tracksOf(whole), melody, sung: [], edits: [], verdict: whole.verdict as Take["verdict"], file: whole.file };
  if (!there) piece.takes.value = [...piece.takes.value, take];
  const [a, b] = meterOf(whole.meter);
  if (a !== meter.value[0] || b !== meter.value[1]) { wire.send("meter", a, b); meter.value = [a, b]; }
  if (whole.bpm !== bpm.value) { wire.send("transport/tempo", whole.bpm); bpm.value = whole.bpm; }
  piece.lay(whole.title || "Your phrase", melody, { length: whole.length, chosen: take.id });
  goTo("play");
}

wire.on("library", () => { if (room.value === "library") void fetchTakes(); });
effect(() => { if (room.value === "library") void fetchTakes(); });
