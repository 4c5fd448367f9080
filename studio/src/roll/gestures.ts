/** What a pointer does in the roll: select, move, stretch, add, choose bars, set the caret. */
import { changeOf } from "../model/edits";
import { clamp, louder, moved, type Note, stretched, without } from "../model/notes";
import * as sound from "../sound/sound";
import { caret } from "../state/audition";
import { bar } from "../state/engine";
import * as piece from "../state/piece";
import { isEditing, snap, stretch } from "../state/ui";
import { Geometry, RULER } from "./geometry";

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly isTouch: boolean;
  readonly adds: boolean;
  readonly copies: boolean;
}

type Gesture =
  | { readonly kind: "ruler"; readonly begin: number }
  | { readonly kind: "band"; readonly x: number; readonly y: number; readonly before: ReadonlySet<number> }
  | { readonly kind: "move" | "end"; readonly name: string; readonly note: Note; readonly x: number; readonly y: number; beats: number; semitones: number };

const snapped = (beat: number): number => Math.round(beat / snap.value) * snap.value;
let count = 0;

/** A note is heard once when it is made or moved. */
export function preview(pitch: number, voice = 0): void {
  const channel = voice === 0 ? 0 : (piece.tracks.value[voice - 1]?.channel ?? voice + 1) - 1;
  if (sound.player.isPlaying) return;
  sound.strike(channel, pitch, 80);
  setTimeout(() => sound.release(channel, pitch), 220);
}

/** A change that a model proposes is taken or left by a press on it. */
export function toggleChange(note: Note): boolean {
  const take = piece.proposal.value;
  const change = take && changeOf(take, note);
  if (!change) return false;
  const isRefused = !piece.refused.value.has(change.id);
  piece.decide([change.id], isRefused);
  if ((change.what === "added") !== isRefused) preview(change.pitch);
  return true;
}

export class Gestures {
  private gesture: Gesture | undefined;

  /** The cursor that says what a press would do. */
  cursor(g: Geometry, x: number, y: number): string {
    if (y < RULER) return "col-resize";
    if (g.isOnNames(x, y)) return "default";
    const take = piece.proposal.value;
    if (!isEditing.value) return take && g.at(x, y) && changeOf(take, g.at(x, y)!.note) ? "pointer" : "default";
    const hit = g.at(x, y);
    return hit ? (hit.part === "end" ? "ew-resize" : "grab") : "crosshair";
  }

  press(g: Geometry, point: Point): void {
    if (point.y < RULER) {
      const begin = Math.floor(clamp(g.beat(point.x), 0, piece.length.value - 0.01) / bar.value) * bar.value;
      this.gesture = { kind: "ruler", begin };
      stretch.value = undefined;
      caret.value = begin;
      return;
    }
    if (g.isOnNames(point.x, point.y)) return;
    const hit = g.at(point.x, point.y, point.isTouch ? 12 : 0);
    if (hit && !isEditing.value && toggleChange(hit.note)) return;
    if (hit) this.grasp(hit.note.id, hit.part === "end" && isEditing.value ? "end" : "move", point);
    else if (isEditing.value && !point.adds) this.gesture = { kind: "band", x: point.x, y: point.y, before: new Set() };
    else {
      piece.selected.value = new Set();
      stretch.value = undefined;
      caret.value = clamp(snapped(g.beat(point.x)), 0, piece.length.value);
    }
  }

  private grasp(id: number, kind: "move" | "end", point: Point): void {
    const note = piece.notes.value.get(id);
    if (!note) return;
    if (point.adds) {
      const ids = new Set(piece.selected.value);
      if (!ids.delete(id)) ids.add(id);
      piece.selected.value = ids;
      return;
    }
    if (!piece.selected.value.has(id)) piece.selected.value = new Set([id]);
    preview(note.pitch, note.voice);
    if (!isEditing.value) return;
    if (point.copies) copySelected();
    this.gesture = { kind, name: `drag ${++count}`, note, x: point.x, y: point.y, beats: 0, semitones: 0 };
  }

  move(g: Geometry, x: number, y: number): void {
    const now = this.gesture;
    if (!now) return;
    if (now.kind === "ruler") {
      const to = clamp(g.beat(x), 0, piece.length.value);
      const [low, high] = to >= now.begin ? [now.begin, Math.ceil(to / bar.value - 1e-6) * bar.value] : [Math.floor(to / bar.value) * bar.value, now.begin + bar.value];
      stretch.value = Math.abs(g.x(now.begin) - x) > 8 && high > low ? [low, Math.min(high, piece.length.value)] : undefined;
    } else if (now.kind === "band") this.band(g, now, x, y);
    else this.drag(g, now, x, y);
  }

  private band(g: Geometry, from: { x: number; y: number }, x: number, y: number): void {
    const [begin, end] = [g.beat(Math.min(x, from.x)), g.beat(Math.max(x, from.x))];
    const [low, high] = [g.pitch(Math.max(y, from.y)), g.pitch(Math.min(y, from.y))];
    const inside = (note: Note): boolean => note.start < end && note.start + note.duration > begin && note.pitch >= low && note.pitch <= high;
    piece.selected.value = new Set(piece.inOrder.value.filter(inside).map((note) => note.id));
  }

  private drag(g: Geometry, now: Extract<Gesture, { kind: "move" | "end" }>, x: number, y: number): void {
    const raw = g.beats(x - now.x);
    const edge = now.kind === "end" ? now.note.start + now.note.duration : now.note.start;
    const beats = snapped(edge + raw) - edge;
    // A drum stays what it is, whenever it is struck.
    const semitones = now.kind === "end" || g.isDrum(now.note) ? 0 : g.pitch(y) - g.pitch(now.y);
    if (Math.abs(x - now.x) < 4 && !semitones && !now.beats) return;
    if (beats === now.beats && semitones === now.semitones) return;
    const ids = piece.selected.value;
    const step = beats - now.beats;
    if (now.kind === "end") piece.edit("length", stretched(piece.notes.value, ids, step), now.name);
    else piece.edit("move", moved(piece.notes.value, ids, step, semitones - now.semitones), now.name);
    if (semitones !== now.semitones) preview(now.note.pitch + semitones, now.note.voice);
    now.beats = beats;
    now.semitones = semitones;
  }

  release(g: Geometry, x: number, y: number): void {
    const now = this.gesture;
    this.gesture = undefined;
    if (now?.kind === "band" && Math.abs(x - now.x) < 4 && Math.abs(y - now.y) < 4 && y < g.drumsTop) addAt(g.beat(x), g.pitch(y));
  }

  cancel(): void {
    this.gesture = undefined;
  }
}

/** Add a note of the player's where the grid is nearest before that beat. */
export function addAt(beat: number, pitch: number): void {
  const start = Math.floor(beat / snap.value + 1e-6) * snap.value;
  if (start < 0 || start >= piece.length.value) return;
  const note: Note = { id: piece.freshId(), voice: 0, pitch, start, duration: snap.value, velocity: 88 };
  piece.edit("add a note", { removed: [], added: [note] });
  piece.selected.value = new Set([note.id]);
  preview(pitch);
}

/** The melody's notes that are selected, again in the same place: what is dragged away then is the copy. */
export function copySelected(): void {
  const copies = piece.inOrder.value.filter((note) => piece.selected.value.has(note.id) && note.voice === 0).map((note) => ({ ...note, id: piece.freshId() }));
  piece.edit("copy", { removed: [], added: copies });
}

const named = (what: string, ids: ReadonlySet<number>): string => `${what} ${ids.size === 1 ? "a note" : `${ids.size} notes`}`;

export function nudge(beats: number, semitones: number, ids = piece.selected.value): void {
  piece.edit(named("move", ids), moved(piece.notes.value, ids, beats, semitones));
  const first = [...ids][0];
  const note = first === undefined ? undefined : piece.notes.value.get(first);
  if (note) preview(note.pitch, note.voice);
}

export const lengthen = (beats: number, ids = piece.selected.value): void => piece.edit(named("length of", ids), stretched(piece.notes.value, ids, beats));
export const emphasise = (by: number, ids = piece.selected.value, gesture?: string): void => piece.edit(named("loudness of", ids), louder(piece.notes.value, ids, by), gesture);

export function erase(ids = piece.selected.value): void {
  if (!ids.size) return;
  piece.edit(named("delete", ids), without(piece.notes.value, ids));
  piece.selected.value = new Set();
}
