/** What the roll shows, as values: made from signals, drawn by draw.ts. No screen. */
import { matches } from "../model/edits";
import type { Note } from "../model/notes";
import type { EditedNote, Take, Track } from "../model/takes";
import type { Entry, LiveNote, PlannedBar, Span } from "../state/live";

/** full: it is there; pale: not yet, or only shown; planned: may still change; removed, added: by a model that edits; left: an added note that is not wanted. */
export type Look = "full" | "pale" | "planned" | "removed" | "added" | "left";

export interface Drawn {
  readonly id: number;
  readonly voice: number;
  readonly pitch: number;
  readonly start: number;
  readonly duration: number;
  readonly velocity: number;
  readonly look: Look;
}

export interface Scene {
  readonly notes: readonly Drawn[];
  /** Held keys: they grow until now. */
  readonly held: ReadonlyArray<{ readonly pitch: number; readonly start: number }>;
  /** The first beat in view, and how many are. */
  readonly from: number;
  readonly beats: number;
  readonly bar: number;
  /** The number of the bar that begins at beat 0. */
  readonly firstBar: number;
  /** Where an answer begins: a double bar. */
  readonly doubles: readonly number[];
  /** Where the answer is awaited. */
  readonly expected: number | undefined;
  readonly chords: ReadonlyArray<readonly [number, string]>;
  readonly low: number;
  readonly high: number;
  /** Keys of the drum kit that are struck, the highest first: rows of their own, below the pitches. */
  readonly drums: readonly number[];
  readonly drumVoices: ReadonlySet<number>;
  readonly letters: readonly string[];
}

const LOWEST = 48;
const HIGHEST = 76;

/** The pitches in view: two octaves and a bit at least, with room above and below. */
export function range(pitches: Iterable<number>): readonly [number, number] {
  let [low, high] = [LOWEST, HIGHEST];
  for (const pitch of pitches) {
    low = Math.min(low, pitch - 3);
    high = Math.max(high, pitch + 4);
  }
  return [Math.max(0, low), Math.min(128, high)];
}

type Struck = Pick<Note, "pitch" | "voice">;

/** The rows of a scene: the pitches in view, and a row for each drum. */
function rowsOf(notes: readonly Struck[], drumVoices: ReadonlySet<number>): Pick<Scene, "low" | "high" | "drums" | "drumVoices"> {
  const isDrum = (note: Struck): boolean => drumVoices.has(note.voice);
  const [low, high] = range(notes.filter((note) => !isDrum(note)).map((note) => note.pitch));
  const drums = [...new Set(notes.filter(isDrum).map((note) => note.pitch))].sort((a, b) => b - a);
  return { low, high, drums, drumVoices };
}

export interface PieceParts {
  readonly notes: readonly Note[];
  readonly isExample: boolean;
  readonly length: number;
  readonly bar: number;
  readonly edits: readonly EditedNote[];
  readonly refused: ReadonlySet<number>;
  readonly chords: ReadonlyArray<readonly [number, string]>;
  readonly letters: readonly string[];
  readonly drumVoices: ReadonlySet<number>;
  /** Beats in view; 0 for all. */
  readonly zoom: { readonly from: number; readonly beats: number };
}

/** The melody and the voices of a take, over one another. */
export function pieceScene(parts: PieceParts): Scene {
  const drawn: Drawn[] = parts.notes.map((note) => {
    const isAdded = note.voice === 0 && parts.edits.some((edit) => edit.what === "added" && matches(note, edit));
    return { ...note, look: isAdded ? "added" : note.voice === 0 && parts.isExample ? "pale" : "full" };
  });
  const isShown = (edit: EditedNote): boolean => parts.notes.some((note) => note.voice === 0 && matches(note, edit));
  for (const { id, what, pitch, start, duration } of parts.edits.filter((edit) => !isShown(edit))) {
    const look = what === "removed" ? "removed" : "left";
    if (look === "removed" || parts.refused.has(id)) drawn.push({ id, voice: 0, pitch, start, duration, velocity: 80, look });
  }
  const beats = parts.zoom.beats ? Math.min(parts.zoom.beats, parts.length) : parts.length;
  return {
    notes: drawn, held: [], from: Math.min(parts.zoom.from, parts.length - beats), beats, bar: parts.bar, firstBar: 1,
    doubles: [], expected: undefined, chords: parts.chords, letters: parts.letters, ...rowsOf(drawn, parts.drumVoices),
  };
}

export interface LiveParts {
  readonly played: readonly LiveNote[];
  readonly span: Span | undefined;
  readonly entries: readonly Entry[];
  readonly takes: readonly Take[];
  readonly plan: ReadonlyMap<string, PlannedBar>;
  readonly chords: ReadonlyArray<readonly [number, string]>;
  readonly expected: number | undefined;
  readonly from: number;
  readonly beats: number;
  readonly bar: number;
  readonly now: number;
  readonly letters: readonly string[];
  readonly drumVoices: ReadonlySet<number>;
  readonly isEchoed: boolean;
}

/** A window of the song: what you play, and what comes in where. */
export function liveScene(parts: LiveParts): Scene {
  const notes: Drawn[] = [];
  const end = parts.from + parts.beats;
  const add = (note: Note, base: number, voice: number, look: Look): void => {
    const start = base + note.start;
    if (start < end && start + note.duration > parts.from) notes.push({ ...note, start, voice, look });
  };
  for (const note of parts.played) {
    if (note.end !== undefined) add({ ...note, id: 0, voice: 0, duration: note.end - note.start }, 0, 0, "full");
  }
  const comings = [...parts.entries.map((entry) => ({ ...entry, isIn: true }))];
  const last = parts.takes.at(-1);
  if (parts.expected !== undefined && last && !comings.some((entry) => entry.id === last.id)) {
    comings.push({ id: last.id, begin: parts.expected, isIn: false });
  }
  comings.forEach((entry, i) => {
    const take = parts.takes.find((one) => one.id === entry.id);
    if (!take) return;
    const until = comings[i + 1]?.begin ?? Infinity;
    const cut = (note: Note): boolean => entry.begin + note.start < until;
    for (const track of take.tracks) track.notes.filter(cut).forEach((note) => add(note, entry.begin, note.voice, entry.isIn ? "full" : "pale"));
    const tune = take.sung.length ? take.sung : parts.isEchoed ? take.melody : [];
    for (const note of tune.filter(cut)) add(note, entry.begin, 0, take.sung.length && entry.isIn ? "full" : "pale");
  });
  for (const bar of parts.plan.values()) for (const note of bar.notes) add(note, 0, note.voice, bar.isCommitted ? "full" : "planned");
  const held = parts.played.filter((note) => note.end === undefined);
  return {
    notes, held, from: parts.from, beats: parts.beats, bar: parts.bar, firstBar: 1,
    doubles: parts.entries.map((entry) => entry.begin), expected: parts.expected, chords: parts.chords, letters: parts.letters,
    ...rowsOf([...notes, ...held.map(({ pitch }) => ({ pitch, voice: 0 }))], parts.drumVoices),
  };
}

/** The window of the song in view: two segments, what is over on the left, what comes on the right. */
export function windowOf(beat: number, origin: number, segment: number): number {
  const number = Math.floor((beat - origin) / segment + 1e-9);
  return origin + Math.max(0, number - 1) * segment;
}

export function lettersOf(tracks: readonly Track[], letter: (names: readonly string[]) => string[]): string[] {
  return ["", ...letter(tracks.map((track) => track.name))];
}

export const isUnder = (note: { start: number; duration: number }, beat: number): boolean => beat >= note.start && beat < note.start + note.duration;
