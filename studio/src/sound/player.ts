/** Plays notes from a beat on, a little ahead, and changes to others at the same beat without a gap. */
import { type BeatLine, beatAt, timeOf } from "../model/clock";

export interface Heard {
  readonly channel: number;
  readonly pitch: number;
  readonly start: number;
  readonly duration: number;
  readonly velocity: number;
}

/** Who sounds: times are page seconds. */
export interface Sounds {
  on(channel: number, pitch: number, velocity: number, at: number): void;
  off(channel: number, pitch: number, at: number): void;
}

interface Sounding {
  readonly note: Heard;
  readonly end: number;
}

export class Player {
  private notes: readonly Heard[] = [];
  private line: BeatLine | undefined;
  private told = 0;
  private length = 0;
  private isLooped = false;
  private sounding: Sounding[] = [];

  constructor(private readonly sounds: Sounds, private readonly ended: () => void = () => {}) {}

  get isPlaying(): boolean { return this.line !== undefined; }

  /** The beat that is heard now, within the piece. */
  beat(now: number): number {
    if (!this.line) return 0;
    const beat = Math.max(0, beatAt(this.line, now));
    return this.isLooped ? beat % this.length : Math.min(beat, this.length);
  }

  /** Begin at `from`, at page second `at`. `length`: in beats, where it ends or goes round. */
  start(notes: readonly Heard[], options: { bpm: number; length: number; at: number; from?: number; isLooped?: boolean }): void {
    if (this.line) this.stop(options.at);
    this.notes = notes;
    this.length = Math.max(0.25, options.length);
    this.isLooped = options.isLooped ?? false;
    const from = options.from ?? 0;
    this.line = { beat: from, at: options.at, bpm: options.bpm };
    this.told = from;
  }

  /** Play other notes from the same beat on: what sounds of the old ones ends where the new ones begin. */
  change(notes: readonly Heard[], length = this.length): void {
    this.notes = notes;
    this.length = Math.max(0.25, length);
    const line = this.line;
    if (!line) return;
    const at = timeOf(line, this.told);
    for (const { note } of this.sounding) this.sounds.off(note.channel, note.pitch, at);
    this.sounding = [];
    const round = this.isLooped ? Math.floor(this.told / this.length + 1e-9) * this.length : 0;
    for (const note of notes) {
      const start = round + note.start;
      // Held over the change; one that is nearly over is left out.
      if (start < this.told && start + note.duration > this.told + 0.1) this.strike(note, at, start + note.duration);
    }
  }

  tempo(bpm: number): void {
    if (this.line) this.line = { beat: this.told, at: timeOf(this.line, this.told), bpm };
  }

  /** Tell what sounds until page second `until`. To be called again and again, each time before that. */
  advance(until: number): void {
    const line = this.line;
    if (!line) return;
    const last = this.isLooped ? Infinity : this.length;
    const to = Math.min(beatAt(line, until), last);
    if (to > this.told) {
      const round = (beat: number): number => (this.isLooped ? Math.floor(beat / this.length) : 0);
      for (let turn = round(this.told); turn <= round(to); turn++) this.strikeIn(turn * this.length, this.told, to);
      this.told = to;
    }
    this.release(to);
    if (this.told >= last && beatAt(line, until) > last) {
      this.release(Infinity);
      this.line = undefined;
      this.ended();
    }
  }

  private strikeIn(begin: number, from: number, to: number): void {
    for (const note of this.notes) {
      const start = begin + note.start;
      if (start < from || start >= to || note.start >= this.length) continue;
      const end = this.isLooped ? Math.min(start + note.duration, begin + this.length) : start + note.duration;
      this.strike(note, timeOf(this.line!, start), end);
    }
  }

  private strike(note: Heard, at: number, end: number): void {
    // The same pitch struck again ends the one before.
    const before = this.sounding.findIndex((one) => one.note.channel === note.channel && one.note.pitch === note.pitch);
    if (before >= 0) this.sounds.off(note.channel, note.pitch, Math.min(at, timeOf(this.line!, this.sounding.splice(before, 1)[0]!.end)));
    this.sounds.on(note.channel, note.pitch, note.velocity, at);
    this.sounding.push({ note, end });
  }

  private release(to: number): void {
    this.sounding = this.sounding.filter(({ note, end }) => {
      if (end > to) return true;
      this.sounds.off(note.channel, note.pitch, timeOf(this.line!, end));
      return false;
    });
  }

  stop(now: number): void {
    for (const { note } of this.sounding) this.sounds.off(note.channel, note.pitch, now);
    this.sounding = [];
    this.line = undefined;
  }
}
