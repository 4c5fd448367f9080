/** What Continuo tells ahead of time, held until shortly before it is due: until then it may change. */

export interface Event {
  /** When it is due, in page seconds. */
  readonly due: number;
  readonly status: number;
  readonly data1: number;
  readonly data2: number;
  /** Above 0: a laid-out note; below 0: a key of the player's; 0: no note. */
  readonly note: number;
}

const isStrike = (event: Event): boolean => (event.status & 0xf0) === 0x90 && event.data2 > 0;
const isRelease = (event: Event): boolean => (event.status & 0xf0) === 0x80 || ((event.status & 0xf0) === 0x90 && event.data2 === 0);
const keyOf = (event: Event): number => ((event.status & 15) << 7) | event.data1;

export class DueQueue {
  private waiting: Event[] = [];
  /** Laid-out notes that were struck and not released. */
  private readonly struck = new Set<number>();
  private readonly holders = new Map<number, Set<number>>();

  tell(event: Event): void {
    if (event.note > 0) {
      if (isStrike(event) && this.struck.has(event.note)) return; // it sounds already: too late to move it
      const replaced = isStrike(event) ? isStrike : isRelease;
      this.waiting = this.waiting.filter((one) => one.note !== event.note || !replaced(one));
    }
    // In order of time; what is due together in the order in which it was told.
    let i = this.waiting.length;
    while (i > 0 && this.waiting[i - 1]!.due > event.due) i--;
    this.waiting.splice(i, 0, event);
  }

  /** What was told of this note does not come; the release of one that sounds does. */
  revoke(note: number): void {
    if (!this.struck.has(note)) this.waiting = this.waiting.filter((one) => one.note !== note);
  }

  /** Stop or panic: nothing told before comes any more. */
  silence(): void {
    this.waiting = [];
    this.struck.clear();
    this.holders.clear();
  }

  get next(): number | undefined { return this.waiting[0]?.due; }

  /** Hand out what is due until then. A key ends when the last that holds it is released. */
  take(until: number): Event[] {
    const out: Event[] = [];
    while (this.waiting.length && this.waiting[0]!.due <= until) {
      const event = this.waiting.shift()!;
      if (isStrike(event)) this.strike(event, out);
      else if (isRelease(event)) this.release(event, out);
      else out.push(event);
    }
    return out;
  }

  private strike(event: Event, out: Event[]): void {
    const key = keyOf(event);
    const held = this.holders.get(key) ?? new Set<number>();
    this.holders.set(key, held);
    if (held.size) out.push({ ...event, status: 0x80 | (event.status & 15), data2: 0 });
    held.add(event.note);
    if (event.note > 0) this.struck.add(event.note);
    out.push(event);
  }

  private release(event: Event, out: Event[]): void {
    const held = this.holders.get(keyOf(event));
    this.struck.delete(event.note);
    if (!held?.delete(event.note)) return;
    if (!held.size) out.push(event);
  }
}
