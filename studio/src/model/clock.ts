/** Two clocks and a musical line: the bridge's seconds in the page's, and beats in both. */

/** Bridge seconds minus page seconds, from the quickest question and answer so far. */
export class ClockOffset {
  private best = Infinity;
  private value = 0;

  get known(): boolean { return this.best < Infinity; }
  get seconds(): number { return this.value; }
  /** The round trip of the quickest answer: half of it bounds the error. */
  get roundTrip(): number { return this.best; }

  /** One answer: when it was asked (page), what the bridge's clock said, when it came (page). */
  add(asked: number, bridge: number, came: number): void {
    const trip = came - asked;
    const offset = bridge - (asked + came) / 2;
    // A machine that slept has another offset: what can't be explained by the trips is believed.
    const contradicts = this.known && Math.abs(offset - this.value) > 0.05 + (trip + this.best) / 2;
    if (trip <= this.best || contradicts) {
      this.best = trip;
      this.value = offset;
    } else this.best *= 1.02; // crystals drift: an old best one is worth less
  }

  forget(): void {
    this.best = Infinity;
    this.value = 0;
  }

  toPage(bridge: number): number { return bridge - this.value; }
  /** 0 while unknown: the bridge then takes the moment of arrival. */
  toBridge(page: number): number { return this.known ? page + this.value : 0; }
}

/** Where the music is: a beat, when it was (page seconds), and how fast it goes. */
export interface BeatLine {
  readonly beat: number;
  readonly at: number;
  readonly bpm: number;
}

export const beatAt = (line: BeatLine, now: number): number => line.beat + ((now - line.at) / 60) * line.bpm;
export const timeOf = (line: BeatLine, beat: number): number => line.at + ((beat - line.beat) * 60) / line.bpm;

/** Beats (quarter notes) in a bar. */
export const barBeats = (numerator: number, denominator: number): number => (numerator * 4) / denominator;
