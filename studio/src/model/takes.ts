/** Takes as they are told, piece by piece, and what the page makes of them. */
import type { Note } from "./notes";

/** `[pitch, start, duration, velocity]`, as the server's answers have it. */
export type Plain = readonly [number, number, number, number];

export interface Track {
  readonly name: string;
  readonly role: string;
  readonly program: number;
  /** Counted from 1. */
  readonly channel: number;
  readonly isDrums: boolean;
  readonly notes: readonly Note[];
}

export interface Take {
  readonly id: string;
  readonly model: string;
  readonly seed: number;
  readonly bpm: number;
  readonly length: number;
  readonly tracks: readonly Track[];
  /** What it was made of. */
  readonly melody: readonly Note[];
  /** The melody as models changed it; empty: they did not. */
  readonly sung: readonly Note[];
  readonly edits: readonly EditedNote[];
  readonly verdict: "" | "kept" | "dropped";
  /** Its file in the library, once it lies there. */
  readonly file: string;
}

export interface EditedNote {
  readonly id: number;
  readonly what: string;
  readonly pitch: number;
  readonly start: number;
  readonly duration: number;
}

/** Numbers of five (pitch, start, duration, velocity, mute) as notes; muted ones stay out. */
export function readNotes(values: readonly unknown[], voice: number, firstId: number): Note[] {
  const notes: Note[] = [];
  for (let i = 0; i + 4 < values.length; i += 5) {
    const [pitch, start, duration, velocity, mute] = values.slice(i, i + 5).map(Number) as [number, number, number, number, number];
    if (!mute) notes.push({ id: firstId + notes.length, voice, pitch, start, duration, velocity });
  }
  return notes;
}

export const fromPlain = (notes: readonly Plain[], voice: number, firstId = 1): Note[] =>
  notes.map(([pitch, start, duration, velocity], i) => ({ id: firstId + i, voice, pitch, start, duration, velocity }));

export const toPlain = (notes: Iterable<Note>): Plain[] => [...notes].map((note) => [note.pitch, note.start, note.duration, note.velocity]);

const PLAYER = 1;

interface Draft {
  take: Omit<Take, "tracks" | "melody" | "sung">;
  tracks: Map<number, Omit<Track, "notes"> & { notes: Note[] }>;
  melody: Note[];
}

/** Puts takes together out of clip/begin, track, notes, melody and end. */
export class TakeReader {
  private readonly drafts = new Map<string, Draft>();
  private readonly edits = new Map<string, EditedNote[]>();
  private last = 1_000_000; // below it are the page's own notes

  begin(values: readonly unknown[]): void {
    const [id, , length, bpm, model, seed] = values;
    const name = String(id);
    this.drafts.set(name, {
      take: { id: name, length: Number(length), bpm: Number(bpm), model: String(model), seed: Number(seed), edits: this.edits.get(name) ?? [], verdict: "", file: "" },
      tracks: new Map(),
      melody: [],
    });
    this.edits.delete(name);
  }

  track(values: readonly unknown[]): void {
    const [id, track, name, role, program, channel] = values;
    this.drafts.get(String(id))?.tracks.set(Number(track), {
      name: String(name), role: String(role), program: Number(program), channel: Number(channel), isDrums: Number(channel) === 10, notes: [],
    });
  }

  notes(values: readonly unknown[]): void {
    const [id, track, , ...rest] = values;
    const there = this.drafts.get(String(id))?.tracks.get(Number(track));
    if (there) there.notes.push(...this.read(rest, Number(track)));
  }

  melody(values: readonly unknown[]): void {
    const [id, , ...rest] = values;
    this.drafts.get(String(id))?.melody.push(...this.read(rest, 0));
  }

  edit(values: readonly unknown[]): void {
    const [id, ...rest] = values;
    const edits = this.edits.get(String(id)) ?? [];
    for (let i = 0; i + 3 < rest.length; i += 4) {
      edits.push({ id: ++this.last, what: String(rest[i]), pitch: Number(rest[i + 1]), start: Number(rest[i + 2]), duration: Number(rest[i + 3]) });
    }
    this.edits.set(String(id), edits);
  }

  end(values: readonly unknown[]): Take | undefined {
    const draft = this.drafts.get(String(values[0]));
    this.drafts.delete(String(values[0]));
    if (!draft) return undefined;
    const all = [...draft.tracks.entries()].sort(([a], [b]) => a - b).map(([, track]) => track);
    // On the player's channel: the melody, as models changed it. The others are counted anew.
    const sung = all.find((track) => track.channel === PLAYER)?.notes.map((note) => ({ ...note, voice: 0 })) ?? [];
    const tracks = all.filter((track) => track.channel !== PLAYER).map((track, i) => ({ ...track, notes: track.notes.map((note) => ({ ...note, voice: i + 1 })) }));
    return { ...draft.take, tracks, melody: draft.melody, sung };
  }

  private read(values: readonly unknown[], voice: number): Note[] {
    const notes = readNotes(values, voice, this.last + 1);
    this.last += notes.length;
    return notes;
  }
}

/** Whether two melodies are the same tune: takes of one phrase are compared with each other. */
export function isSameTune(a: readonly Note[], b: readonly Note[]): boolean {
  if (a.length !== b.length) return false;
  const key = (note: Note): string => `${note.start.toFixed(3)} ${note.pitch}`;
  const there = new Set(a.map(key));
  return b.every((note) => there.has(key(note)));
}
