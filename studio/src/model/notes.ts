/** Notes as values, and edits of them as patches that can be undone exactly. No screen, no sound. */

export interface Note {
  readonly id: number;
  /** 0 is you; 1, 2, 3… the voices of a take. */
  readonly voice: number;
  readonly pitch: number;
  /** Beats from the phrase's start. */
  readonly start: number;
  readonly duration: number;
  readonly velocity: number;
}

/** What an edit did: notes that went and notes that came. */
export interface Patch {
  readonly removed: readonly Note[];
  readonly added: readonly Note[];
}

export type Notes = ReadonlyMap<number, Note>;

export const SHORTEST = 1 / 16;
export const inverse = (patch: Patch): Patch => ({ removed: patch.added, added: patch.removed });
export const isEmpty = (patch: Patch): boolean => !patch.removed.length && !patch.added.length;

/** Apply a patch; what it removes must be there as it says, or the history is not of these notes. */
export function apply(notes: Notes, patch: Patch): Notes {
  const made = new Map(notes);
  for (const note of patch.removed) {
    const there = made.get(note.id);
    if (!there || !same(there, note)) throw new Error(`note ${note.id} is not as the edit knew it`);
    made.delete(note.id);
  }
  for (const note of patch.added) {
    if (made.has(note.id)) throw new Error(`note ${note.id} is there already`);
    made.set(note.id, note);
  }
  return made;
}

export const same = (a: Note, b: Note): boolean =>
  a.voice === b.voice && a.pitch === b.pitch && a.start === b.start && a.duration === b.duration && a.velocity === b.velocity;

/** In the order in which they sound. */
export function sorted(notes: Iterable<Note>): Note[] {
  return [...notes].sort((a, b) => a.start - b.start || a.voice - b.voice || a.pitch - b.pitch || a.id - b.id);
}

/** The end of the last note, in beats. */
export const lastEnd = (notes: Iterable<Note>): number => {
  let end = 0;
  for (const note of notes) end = Math.max(end, note.start + note.duration);
  return end;
};

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** A note that can be played: within MIDI's pitches and from the phrase's start on. */
export function playable(note: Note): Note {
  const start = Math.max(0, note.start);
  return {
    ...note,
    pitch: clamp(Math.round(note.pitch), 0, 127),
    start,
    duration: Math.max(SHORTEST, note.duration),
    velocity: clamp(Math.round(note.velocity), 1, 127),
  };
}

/** Change some notes; those that stay as they are leave no trace. */
export function changed(notes: Notes, ids: Iterable<number>, change: (note: Note) => Note): Patch {
  const removed: Note[] = [];
  const added: Note[] = [];
  for (const id of ids) {
    const before = notes.get(id);
    if (!before) continue;
    const after = playable({ ...change(before), id });
    if (same(before, after)) continue;
    removed.push(before);
    added.push(after);
  }
  return { removed, added };
}

/** Move by beats and semitones, all together: none leaves the phrase or the keyboard. */
export function moved(notes: Notes, ids: Iterable<number>, beats: number, semitones: number): Patch {
  const chosen = [...ids].flatMap((id) => notes.get(id) ?? []);
  if (!chosen.length) return { removed: [], added: [] };
  const first = Math.min(...chosen.map((note) => note.start));
  const low = Math.min(...chosen.map((note) => note.pitch));
  const high = Math.max(...chosen.map((note) => note.pitch));
  const by = Math.max(beats, -first);
  const up = clamp(semitones, -low, 127 - high);
  return changed(notes, chosen.map((note) => note.id), (note) => ({ ...note, start: note.start + by, pitch: note.pitch + up }));
}

export const stretched = (notes: Notes, ids: Iterable<number>, beats: number): Patch =>
  changed(notes, ids, (note) => ({ ...note, duration: note.duration + beats }));

export const louder = (notes: Notes, ids: Iterable<number>, by: number): Patch =>
  changed(notes, ids, (note) => ({ ...note, velocity: note.velocity + by }));

export function without(notes: Notes, ids: Iterable<number>): Patch {
  return { removed: [...ids].flatMap((id) => notes.get(id) ?? []), added: [] };
}

/** Straighten onsets (and with them the ends) towards a grid of `step` beats, by `strength` 0 to 1. */
export function straightened(notes: Notes, ids: Iterable<number>, step: number, strength: number): Patch {
  return changed(notes, ids, (note) => {
    const goal = Math.round(note.start / step) * step;
    return { ...note, start: note.start + (goal - note.start) * strength };
  });
}

/** Leave what lies between two beats, counted from the first of them. */
export function trimmed(notes: Notes, begin: number, end: number): Patch {
  const removed: Note[] = [];
  const added: Note[] = [];
  for (const note of notes.values()) {
    const start = Math.max(note.start, begin);
    const stop = Math.min(note.start + note.duration, end);
    if (start >= stop) removed.push(note);
    else if (begin > 0 || start !== note.start || stop !== note.start + note.duration) {
      removed.push(note);
      added.push({ ...note, start: start - begin, duration: stop - start });
    }
  }
  return { removed, added };
}
