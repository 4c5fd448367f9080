/** The one WebSocket: addresses of the table as JSON arrays, in order and without loss (docs/studio-protocol.md). */
import { ClockOffset } from "../model/clock";

export type Value = number | string;
export type Told = readonly unknown[];
/** What is told: its arguments, and Continuo's clock when the frame was made (page seconds), if it is known. */
export type Listener = (values: Told, at: number) => void;

const PREFIX = "/continuo/";
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;
const SYNC_MS = 5000;
const MOST_MISSED = 3;
const REFUSED = 4403;

export const pageSeconds = (): number => performance.now() / 1000;

export class Wire {
  readonly clock = new ClockOffset();
  private readonly listeners = new Map<string, Listener[]>();
  private socket: WebSocket | undefined;
  private wait = FIRST_WAIT_MS;
  private timer = 0;
  private heardAt = 0;
  /** Questions in a row that nothing was heard after. */
  private missed = 0;

  /** Listen to an address (without its prefix), or to "open", "closed", "refused", "hello", "picture"… */
  on(name: string, listener: Listener): void {
    const all = this.listeners.get(name) ?? [];
    this.listeners.set(name, [...all, listener]);
  }

  get isOpen(): boolean { return this.socket?.readyState === WebSocket.OPEN; }

  /** Say something at an address; false: there is nobody to hear it. */
  send(name: string, ...values: readonly Value[]): boolean {
    return this.frame([[PREFIX + name, ...values]]);
  }

  /** Several messages as one frame, which carries when it was sent. */
  sendAll(messages: ReadonlyArray<readonly [string, ...Value[]]>): boolean {
    return this.frame(messages.map(([name, ...values]) => [PREFIX + name, ...values]));
  }

  private frame(messages: unknown[][]): boolean {
    if (!this.socket || !this.isOpen) return false;
    const at = this.clock.toBridge(pageSeconds());
    this.socket.send(JSON.stringify(at ? [["at", at], ...messages] : messages));
    return true;
  }

  connect(): void {
    const socket = new WebSocket(`ws://${location.host}/live`);
    this.socket = socket;
    socket.onopen = () => {
      this.wait = FIRST_WAIT_MS;
      this.missed = 0;
      this.clock.forget();
      for (let i = 0; i < 6; i++) setTimeout(() => this.sync(), i * 60);
      this.timer = window.setInterval(() => this.beatHeart(), SYNC_MS);
      this.emit("open", [], pageSeconds());
    };
    socket.onmessage = ({ data }) => this.read(String(data));
    socket.onclose = ({ code, reason }) => {
      if (this.socket !== socket) return;
      clearInterval(this.timer);
      this.emit("closed", [code, reason], pageSeconds());
      if (code === REFUSED) return this.emit("refused", [], pageSeconds());
      setTimeout(() => this.connect(), this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    };
  }

  private sync(): void {
    if (this.isOpen) this.socket!.send(JSON.stringify([["sync", pageSeconds()]]));
  }

  /** A connection that says nothing after three questions is dead, whatever the socket believes. */
  private beatHeart(): void {
    if (++this.missed > MOST_MISSED) this.socket?.close();
    else this.sync();
  }

  private read(text: string): void {
    this.heardAt = pageSeconds();
    this.missed = 0;
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (!Array.isArray(frame)) return;
    let at = this.heardAt;
    for (const message of frame) {
      if (!Array.isArray(message) || typeof message[0] !== "string") continue;
      const [name, ...values] = message as [string, ...unknown[]];
      if (name === "now") at = this.clock.known ? this.clock.toPage(Number(values[0])) : this.heardAt;
      else if (name === "sync") this.clock.add(Number(values[0]), Number(values[1]), pageSeconds());
      else this.emit(name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name, values, at);
    }
  }

  private emit(name: string, values: Told, at: number): void {
    for (const listener of this.listeners.get(name) ?? []) listener(values, at);
  }
}

/** `f ahead_ms` and the rest count from when the frame was made. */
export const dueAt = (at: number, aheadMs: unknown): number => at + Number(aheadMs ?? 0) / 1000;

export const wire = new Wire();
