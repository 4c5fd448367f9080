/** What is played now, in the song's beats: the phrase as it grows, and what comes in when. */
import { computed, signal } from "@preact/signals";
import { beatAt } from "../model/clock";
import { type Note, sorted } from "../model/notes";
import { readNotes } from "../model/takes";
import { pageSeconds, wire } from "../wire/wire";
import { bar, bars, line, mode, state } from "./engine";
import { isExample, lay, melody } from "./piece";

export interface LiveNote {
  readonly pitch: number;
  readonly velocity: number;
  readonly start: number;
  /** Undefined while it is held. */
  readonly end: number | undefined;
}

export interface Span {
  readonly isOpen: boolean;
  readonly begin: number;
  readonly length: number;
}

export interface Entry {
  readonly id: string;
  readonly begin: number;
}

export interface PlannedBar {
  readonly bar: number;
  readonly isCommitted: boolean;
  readonly notes: readonly Note[];
}

const MOST_NOTES = 4000;
export const played = signal<readonly LiveNote[]>([]);
export const span = signal<Span | undefined>(undefined);
/** Where takes came in, the newest last. */
export const entries = signal<readonly Entry[]>([]);
/** What follow mode means to play, by bar and track. */
export const plan = signal<ReadonlyMap<string, PlannedBar>>(new Map());
export const chords = signal<ReadonlyArray<readonly [number, string]>>([]);
/** Where the first phrase of this run of the song began. */
export const origin = signal(0);

export const songBeat = (now = pageSeconds()): number => beatAt(line.value, now);
export const segment = computed(() => (mode.value === "follow" ? 4 : bars.value) * bar.value);

wire.on("played", ([on, beat, pitch, velocity]) => {
  if (Number(on)) {
    played.value = [...played.value, { pitch: Number(pitch), velocity: Number(velocity), start: Number(beat), end: undefined }].slice(-MOST_NOTES);
  } else {
    const i = played.value.findLastIndex((note) => note.pitch === Number(pitch) && note.end === undefined);
    if (i >= 0) played.value = played.value.with(i, { ...played.value[i]!, end: Number(beat) });
  }
});

wire.on("phrase", ([open, begin, size]) => {
  const next: Span = { isOpen: Boolean(open), begin: Number(begin), length: Number(size) };
  if (next.isOpen && !span.value) origin.value = next.begin;
  if (next.isOpen || span.value) span.value = next;
});

let arriving: Note[] = [];
wire.on("phrase/notes", ([begin, chunk, ...rest]) => {
  if (!Number(chunk)) arriving = [];
  arriving.push(...readNotes(rest, 0, 1));
  const base = Number(begin);
  const size = span.value && Math.abs(span.value.begin - base) < 0.01 ? span.value.length : 0;
  if (!isPictured) return void (fromPicture = { notes: arriving, size });
  if (arriving.length) lay("Your phrase", sorted(arriving), size ? { length: size } : {});
});

// What was played before this page came is laid there when the picture is whole, and is no step to undo.
let isPictured = false;
let fromPicture: { notes: Note[]; size: number } | undefined;
wire.on("hello", () => {
  isPictured = false;
  fromPicture = undefined;
  clear();
});
wire.on("picture", () => {
  isPictured = true;
  const there = fromPicture;
  if (there?.notes.length && (!melody.value.size || isExample.value)) lay("Your phrase", there.notes, { ...(there.size ? { length: there.size } : {}), isStep: false });
});

wire.on("clip/sounds", ([id, begin]) => {
  const entry = { id: String(id), begin: Number(begin) };
  if (!entry.id) return;
  const last = entries.value.at(-1);
  if (last?.id === entry.id && last.begin === entry.begin) return;
  entries.value = [...entries.value, entry].slice(-64);
});

wire.on("plan", ([number, begin, track, committed, ...rest]) => {
  const base = Number(begin);
  const read = readNotes(rest, Number(track), 1).map((note) => ({ ...note, start: note.start + base }));
  plan.value = new Map(plan.value).set(`${String(number)} ${String(track)}`, { bar: Number(number), isCommitted: Boolean(committed), notes: read });
});

wire.on("chord", ([beat, name]) => {
  chords.value = [...chords.value.filter(([at]) => at !== Number(beat)), [Number(beat), String(name)] as const].slice(-256);
});

export function clear(): void {
  played.value = [];
  span.value = undefined;
  entries.value = [];
  plan.value = new Map();
  chords.value = [];
}

// The song begins anew: what was drawn of the last time goes.
let wasPlaying = false;
wire.on("line", () => {
  const plays = line.value.isPlaying;
  if (plays && !wasPlaying) clear();
  wasPlaying = plays;
});

/** Where the next answer is expected to come in. */
export const expected = computed(() => {
  const there = span.value;
  if (!there || mode.value === "follow" || !["generating", "armed", "listening"].includes(state.value)) return undefined;
  return there.begin + (there.length || segment.value);
});
