/** Instruments on their way from the bank to a synthesiser: each is decoded once, off the audio thread. */
import type { Decoded, Wanted } from "./decoder";

const nameOf = ({ program, isDrums }: Wanted): string => `${isDrums ? "kit" : "program"}-${program}`;

export class Instruments {
  private worker: Worker | undefined;
  private readonly waiting = new Map<string, { give: (bank: ArrayBuffer) => void; fail: (error: Error) => void }>();
  private readonly asked = new Map<string, Promise<ArrayBuffer>>();

  /** The bank of one instrument; the caller may keep or give away what it gets. */
  async get(wanted: Wanted): Promise<ArrayBuffer> {
    const name = nameOf(wanted);
    let promise = this.asked.get(name);
    if (!promise) {
      promise = new Promise((give, fail) => this.waiting.set(name, { give, fail }));
      this.asked.set(name, promise);
      // What failed may be tried again.
      promise.catch(() => this.asked.delete(name));
      (this.worker ??= this.start()).postMessage(wanted);
    }
    return (await promise).slice(0);
  }

  private start(): Worker {
    const worker = new Worker("/decoder.js", { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Decoded>) => {
      const name = nameOf(data);
      const waits = this.waiting.get(name);
      this.waiting.delete(name);
      if ("bank" in data) waits?.give(data.bank);
      else waits?.fail(new Error(data.error));
    };
    worker.onerror = () => {
      for (const { fail } of this.waiting.values()) fail(new Error("the sound bank could not be decoded"));
      this.waiting.clear();
      this.worker = undefined;
    };
    return worker;
  }
}
