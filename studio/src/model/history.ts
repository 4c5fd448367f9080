/** What was done, so that it can be undone: of notes, takes and deletions alike. */

export interface Step {
  /** What a button would say: "move 2 notes". */
  readonly name: string;
  readonly undo: () => void;
  readonly redo: () => void;
  /** Steps of the same kind in one gesture (a drag, a held arrow key) become one. */
  readonly gesture?: string | undefined;
}

export class History {
  private done: Step[] = [];
  private undone: Step[] = [];

  constructor(private readonly changed: () => void = () => {}, private readonly most = 20_000) {}

  get next(): string | undefined { return this.done.at(-1)?.name; }
  get again(): string | undefined { return this.undone.at(-1)?.name; }
  get size(): number { return this.done.length; }

  /** Remember a step that was taken already. */
  add(step: Step): void {
    const last = this.done.at(-1);
    if (step.gesture && last?.gesture === step.gesture) {
      this.done[this.done.length - 1] = { ...step, undo: () => { step.undo(); last.undo(); }, redo: () => { last.redo(); step.redo(); } };
    } else this.done.push(step);
    if (this.done.length > this.most) this.done.shift();
    this.undone = [];
    this.changed();
  }

  undo(): string | undefined {
    const step = this.done.pop();
    if (!step) return undefined;
    step.undo();
    this.undone.push({ ...step, gesture: undefined });
    this.changed();
    return step.name;
  }

  redo(): string | undefined {
    const step = this.undone.pop();
    if (!step) return undefined;
    step.redo();
    this.done.push(step);
    this.changed();
    return step.name;
  }

  clear(): void {
    this.done = [];
    this.undone = [];
    this.changed();
  }
}
