/** What lies in the roll: a melody and a take of it, edited with undo. */
import { computed, signal } from "@preact/signals";
import { proposed } from "../model/edits";
import { History } from "../model/history";
import { apply, inverse, isEmpty, lastEnd, type Note, type Notes, type Patch, sorted } from "../model/notes";
import type { Take, Track } from "../model/takes";
import { bar } from "./engine";

export const melody = signal<Notes>(new Map());
/** In beats, whole bars. */
export const length = signal(16);
export const title = signal("");
/** The tune that lies there before anything was played: drawn pale. */
export const isExample = signal(false);
export const takes = signal<readonly Take[]>([]);
/** The take that is heard and drawn; empty: the melody alone. */
export const chosen = signal("");
/** Takes whose voices were edited on the page: their notes as they are now. */
export const variants = signal<ReadonlyMap<string, Notes>>(new Map());
export const selected = signal<ReadonlySet<number>>(new Set());

export const nextUndo = signal<string | undefined>(undefined);
export const nextRedo = signal<string | undefined>(undefined);
export const history = new History(() => {
  nextUndo.value = history.next;
  nextRedo.value = history.again;
});

export const take = computed(() => takes.value.find((one) => one.id === chosen.value));
/** Chord names over the piece: [beat, name]. */
export const chords = signal<ReadonlyArray<readonly [number, string]>>([]);
export const tracks = computed<readonly Track[]>(() => take.value?.tracks ?? []);

const notesOf = (one: Take): Notes => new Map(one.tracks.flatMap((track) => track.notes).map((note) => [note.id, note]));
/** The voices of the chosen take, as edited. */
export const voices = computed<Notes>(() => {
  const there = take.value;
  if (!there) return new Map();
  return variants.value.get(there.id) ?? notesOf(there);
});
/** Takes whose changes of the melody were decided on, and changes (their ids) that are not to be taken over. */
export const settled = signal<ReadonlySet<string>>(new Set());
export const refused = signal<ReadonlySet<number>>(new Set());
/** The chosen take, while its changes of the melody are open: shown, heard, and each taken or left. */
export const proposal = computed(() => (take.value?.sung.length && !settled.value.has(take.value.id) ? take.value : undefined));
/** The melody as it is shown and heard. */
export const tune = computed<Notes>(() => (proposal.value ? proposed(melody.value, proposal.value, refused.value) : melody.value));
export const notes = computed<Notes>(() => new Map([...tune.value, ...voices.value]));
/** In beats: a model may have gone on beyond the phrase. */
export const shownLength = computed(() => Math.max(length.value, wholeBars(Math.max(take.value?.length ?? 0, lastEnd(proposal.value?.sung ?? [])))));

let lastId = 0;
export const freshId = (): number => ++lastId;

function patch(one: Patch, id: string): void {
  const split = (isMelody: boolean): Patch => ({
    removed: one.removed.filter((note) => (note.voice === 0) === isMelody),
    added: one.added.filter((note) => (note.voice === 0) === isMelody),
  });
  const [tune, others] = [split(true), split(false)];
  if (!isEmpty(tune)) melody.value = apply(melody.value, tune);
  if (isEmpty(others)) return;
  const there = takes.value.find((each) => each.id === id);
  if (there) variants.value = new Map(variants.value).set(id, apply(variants.value.get(id) ?? notesOf(there), others));
}

/** Take over what was not refused: from now on it is the melody. */
export function settle(): void {
  const one = proposal.value;
  if (!one) return;
  const [before, after] = [melody.value, tune.value];
  const [short, long] = [length.value, shownLength.value];
  const redo = (): void => { melody.value = after; length.value = long; settled.value = new Set([...settled.value, one.id]); };
  const undo = (): void => { melody.value = before; length.value = short; settled.value = new Set([...settled.value].filter((id) => id !== one.id)); };
  redo();
  history.add({ name: "take over the changes", undo, redo });
}

/** Take a change, or leave it. */
export function decide(ids: readonly number[], isRefused: boolean): void {
  const flip = (off: boolean) => (): void => {
    const now = new Set(refused.value);
    for (const id of ids) if (off) now.add(id); else now.delete(id);
    refused.value = now;
  };
  flip(isRefused)();
  history.add({ name: isRefused ? "leave a change" : "take a change", undo: flip(!isRefused), redo: flip(isRefused) });
}

/** Edit what lies there; each edit is a step back, a gesture is one. */
export function edit(name: string, one: Patch, gesture?: string): void {
  if (isEmpty(one)) return;
  settle();
  const id = chosen.value;
  patch(one, id);
  isExample.value = false;
  history.add({ name, gesture, undo: () => patch(inverse(one), id), redo: () => patch(one, id) });
}

/** Change the length, and with it what lies there: one step back. */
export function reshape(name: string, beats: number, one: Patch = { removed: [], added: [] }): void {
  settle();
  const [before, id] = [length.value, chosen.value];
  if (before === beats && isEmpty(one)) return;
  const redo = (): void => { patch(one, id); length.value = beats; };
  redo();
  history.add({ name, redo, undo: () => { patch(inverse(one), id); length.value = before; } });
}

export const wholeBars = (beats: number): number => Math.max(1, Math.ceil(beats / bar.value - 1e-6)) * bar.value;

interface Piece {
  readonly melody: Notes;
  readonly length: number;
  readonly title: string;
  readonly isExample: boolean;
  readonly chosen: string;
}

const now = (): Piece => ({ melody: melody.value, length: length.value, title: title.value, isExample: isExample.value, chosen: chosen.value });

function set(piece: Piece): void {
  melody.value = piece.melody;
  length.value = piece.length;
  title.value = piece.title;
  isExample.value = piece.isExample;
  chosen.value = piece.chosen;
  selected.value = new Set();
}

/** Lay another melody there; what was there comes back by undo. */
export function lay(name: string, tune: readonly Note[], options: { length?: number; isExample?: boolean; chosen?: string; isStep?: boolean } = {}): void {
  const before = now();
  const made = new Map(tune.map((note) => { const id = freshId(); return [id, { ...note, id, voice: 0 }] as const; }));
  const after: Piece = {
    melody: made,
    length: wholeBars(options.length ?? lastEnd(tune)),
    title: name,
    isExample: options.isExample ?? false,
    chosen: options.chosen ?? "",
  };
  set(after);
  if (options.isStep ?? true) history.add({ name: `melody “${name}”`, undo: () => set(before), redo: () => set(after) });
}

export const inOrder = computed(() => sorted(notes.value.values()));
