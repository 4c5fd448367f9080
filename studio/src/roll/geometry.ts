/** Beats and pitches to pixels and back. */
import type { Drawn, Scene } from "./scene";

/** Height of the strip with bar numbers and chords, in CSS pixels. */
export const RULER = 36;
const EDGE = 7;
/** Room at the left for the names of rows: a pitch's, a drum's; and the rows too narrow for them. */
const PITCH_NAMES = 24;
const DRUM_NAMES = 52;
const LEAST_PITCH_ROW = 5;
const LEAST_DRUM_ROW = 7;
/** How high a drum's row likes to be, and the most of the roll that all of them take. */
const DRUM_ROW = 10;
const MOST_DRUMS = 0.3;

export interface Box {
  readonly width: number;
  readonly height: number;
}

export class Geometry {
  constructor(private readonly scene: Scene, private readonly box: Box) {}

  private get height(): number { return this.box.height - RULER; }
  /** Rows of drums, with a gap above them. */
  private get below(): number { return this.scene.drums.length && this.scene.drums.length + 0.5; }
  /** As high as a pitch's, or as its name where that leaves room for the pitches. */
  get drumRow(): number {
    const even = this.height / (this.scene.high - this.scene.low + this.below);
    return this.below * DRUM_ROW <= MOST_DRUMS * this.height ? Math.max(even, DRUM_ROW) : even;
  }
  get row(): number { return (this.height - this.below * this.drumRow) / (this.scene.high - this.scene.low); }
  get namesPitches(): boolean { return this.row >= LEAST_PITCH_ROW; }
  get namesDrums(): boolean { return this.scene.drums.length > 0 && this.drumRow >= LEAST_DRUM_ROW; }
  /** Where the first beat in view is: what is left of it has the names of the rows. */
  get left(): number { return this.namesDrums ? DRUM_NAMES : this.namesPitches ? PITCH_NAMES : 0; }
  private get across(): number { return Math.max(1, this.box.width - this.left); }
  /** Where the drums begin; the lower edge where there are none. */
  get drumsTop(): number { return this.box.height - this.scene.drums.length * this.drumRow; }
  isDrum(note: Pick<Drawn, "voice">): boolean { return this.scene.drumVoices.has(note.voice); }
  /** The upper edge of a note's row. */
  top(note: Pick<Drawn, "voice" | "pitch">): number {
    return this.isDrum(note) ? this.drumsTop + this.scene.drums.indexOf(note.pitch) * this.drumRow : this.y(note.pitch);
  }
  rowOf(note: Pick<Drawn, "voice">): number { return this.isDrum(note) ? this.drumRow : this.row; }
  x(beat: number): number { return this.left + this.width(beat - this.scene.from); }
  /** The upper edge of a pitch's row. */
  y(pitch: number): number { return RULER + (this.scene.high - 1 - pitch) * this.row; }
  beat(x: number): number { return this.scene.from + this.beats(Math.max(0, x - this.left)); }
  /** How many beats so many pixels are. */
  beats(pixels: number): number { return (pixels / this.across) * this.scene.beats; }
  pitch(y: number): number { return Math.min(127, Math.max(0, this.scene.high - 1 - Math.floor((y - RULER) / this.row))); }
  width(beats: number): number { return (beats / this.scene.beats) * this.across; }

  /** Whether a point is on the names of the rows, where there is no beat. */
  isOnNames(x: number, y: number): boolean { return x < this.left && y >= RULER; }

  /** The note at a point, and which part of it: the one drawn last lies on top. `reach`: how near is near enough. */
  at(x: number, y: number, reach = 0): { readonly note: Drawn; readonly part: "body" | "begin" | "end" } | undefined {
    if (this.isOnNames(x, y)) return undefined;
    for (let i = this.scene.notes.length - 1; i >= 0; i--) {
      const note = this.scene.notes[i]!;
      if (note.id <= 0) continue;
      const left = this.x(note.start);
      const right = Math.max(left + 6, this.x(note.start + note.duration));
      const top = this.top(note);
      if (x < left - reach || x > right + reach || y < top - reach || y > top + this.rowOf(note) + reach) continue;
      const edge = Math.min(EDGE, (right - left) / 4);
      return { note, part: x > right - edge ? "end" : x < left + edge ? "begin" : "body" };
    }
    return undefined;
  }
}
