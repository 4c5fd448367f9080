/** Beats and pitches to pixels and back. */
import type { Drawn, Scene } from "./scene";

/** Height of the strip with bar numbers and chords, in CSS pixels. */
export const RULER = 36;
const EDGE = 7;

export interface Box {
  readonly width: number;
  readonly height: number;
}

export class Geometry {
  constructor(private readonly scene: Scene, private readonly box: Box) {}

  /** Rows of drums, with a gap above them. */
  private get below(): number { return this.scene.drums.length && this.scene.drums.length + 0.5; }
  get row(): number { return (this.box.height - RULER) / (this.scene.high - this.scene.low + this.below); }
  /** Where the drums begin; the lower edge where there are none. */
  get drumsTop(): number { return this.box.height - this.scene.drums.length * this.row; }
  isDrum(note: Pick<Drawn, "voice">): boolean { return this.scene.drumVoices.has(note.voice); }
  /** The upper edge of a note's row. */
  top(note: Pick<Drawn, "voice" | "pitch">): number {
    return this.isDrum(note) ? this.drumsTop + this.scene.drums.indexOf(note.pitch) * this.row : this.y(note.pitch);
  }
  x(beat: number): number { return ((beat - this.scene.from) / this.scene.beats) * this.box.width; }
  /** The upper edge of a pitch's row. */
  y(pitch: number): number { return RULER + (this.scene.high - 1 - pitch) * this.row; }
  beat(x: number): number { return this.scene.from + (x / this.box.width) * this.scene.beats; }
  pitch(y: number): number { return Math.min(127, Math.max(0, this.scene.high - 1 - Math.floor((y - RULER) / this.row))); }
  width(beats: number): number { return (beats / this.scene.beats) * this.box.width; }

  /** The note at a point, and which part of it: the one drawn last lies on top. `reach`: how near is near enough. */
  at(x: number, y: number, reach = 0): { readonly note: Drawn; readonly part: "body" | "begin" | "end" } | undefined {
    for (let i = this.scene.notes.length - 1; i >= 0; i--) {
      const note = this.scene.notes[i]!;
      if (note.id <= 0) continue;
      const left = this.x(note.start);
      const right = Math.max(left + 6, this.x(note.start + note.duration));
      const top = this.top(note);
      if (x < left - reach || x > right + reach || y < top - reach || y > top + this.row + reach) continue;
      const edge = Math.min(EDGE, (right - left) / 4);
      return { note, part: x > right - edge ? "end" : x < left + edge ? "begin" : "body" };
    }
    return undefined;
  }
}
