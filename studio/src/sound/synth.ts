/** The synthesiser in its AudioWorklet: the one module that knows SpessaSynth. */
import { WorkletSynthesizer } from "spessasynth_lib";
import type { Instruments } from "./instruments";
import { Tone } from "./tone";

export const DRUMS = 9;
const CHANNELS = 16;
const VOLUME = 7;

/** One audio context with a synthesiser in it. Channels are counted from 0, times are the context's seconds. */
export class Synth {
  readonly context: AudioContext;
  private readonly out: GainNode;
  private inner: WorkletSynthesizer | undefined;
  private readonly loaded = new Map<string, Promise<void>>();
  private readonly wanted: number[] = Array(CHANNELS).fill(-1);
  private readonly tone: Tone;
  private early: Array<() => void> = [];

  constructor(private readonly instruments: Instruments, latencySeconds: number) {
    this.context = new AudioContext({ latencyHint: latencySeconds });
    this.out = new GainNode(this.context, { gain: 0.9 });
    this.out.connect(this.context.destination);
    this.tone = new Tone(this.context, this.out);
  }

  /** Make all but the first sound, so that the first key has only to wake the context. */
  async prepare(): Promise<void> {
    await this.context.audioWorklet.addModule("/synthesiser.js");
    const inner = new WorkletSynthesizer(this.context, { eventsEnabled: false });
    inner.setLogLevel(false, false, false);
    inner.connect(this.out);
    await this.add(inner, 0, false);
    await inner.isReady;
    inner.programChange(0, 0);
    this.inner = inner;
    for (const act of this.early.splice(0)) act();
  }

  get isReady(): boolean { return this.inner !== undefined; }

  /** Give a channel an instrument; it changes when its samples are there. */
  async instrument(channel: number, program: number): Promise<void> {
    this.wanted[channel] = program;
    const inner = this.inner;
    if (!inner) return this.later(() => void this.instrument(channel, program));
    await this.add(inner, program, channel === DRUMS);
    if (this.wanted[channel] === program) inner.programChange(channel, program);
  }

  private add(inner: WorkletSynthesizer, program: number, isDrums: boolean): Promise<void> {
    const name = `${isDrums ? "kit" : "program"}-${program}`;
    let adding = this.loaded.get(name);
    if (!adding) {
      adding = this.instruments.get({ program, isDrums }).then((bank) => inner.soundBankManager.addSoundBank(bank, name));
      this.loaded.set(name, adding);
      adding.catch(() => this.loaded.delete(name));
    }
    return adding;
  }

  /** Settings that come before all is ready are kept for then; notes sound as plain tones meanwhile. */
  private later(act: () => void): void {
    if (this.early.length < 256) this.early.push(act);
  }

  on(channel: number, pitch: number, velocity: number, at?: number): void {
    if (!this.inner) this.tone.on(channel, pitch, velocity, at);
    else this.inner.noteOn(channel, pitch, velocity, at === undefined ? undefined : { time: at });
  }

  off(channel: number, pitch: number, at?: number): void {
    this.tone.off(channel, pitch, at);
    this.inner?.noteOff(channel, pitch, at === undefined ? undefined : { time: at });
  }

  controller(channel: number, controller: number, value: number, at?: number): void {
    if (controller === VOLUME) this.tone.volume(channel, value);
    if (!this.inner) this.later(() => this.controller(channel, controller, value));
    else this.inner.controllerChange(channel, controller as never, value, at === undefined ? undefined : { time: at });
  }

  bend(channel: number, value: number, at?: number): void {
    this.inner?.pitchWheel(channel, value, at === undefined ? undefined : { time: at });
  }

  silence(force = false): void {
    this.early = [];
    this.tone.silence();
    this.inner?.stopAll(force);
  }

  set volume(value: number) { this.out.gain.setTargetAtTime(value, this.context.currentTime, 0.01); }

  /** From a moment of the page's clock (seconds of performance.now) to the context's time at which it is heard then. */
  timeOf(pageSeconds: number): number {
    const { contextTime = 0, performanceTime = 0 } = this.context.getOutputTimestamp();
    if (!performanceTime) return this.context.currentTime + pageSeconds - performance.now() / 1000;
    return contextTime + pageSeconds - performanceTime / 1000;
  }

  /** The way from the synthesiser to the loudspeaker, as far as the browser knows. */
  get latencySeconds(): number { return this.context.baseLatency + (this.context.outputLatency || 0); }

  get underruns(): number {
    const stats = (this.context as unknown as { playbackStats?: { underrunEvents: number } }).playbackStats;
    return stats?.underrunEvents ?? 0;
  }

  async close(): Promise<void> {
    this.inner?.destroy();
    await this.context.close();
  }
}
