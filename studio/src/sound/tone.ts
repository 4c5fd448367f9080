/** A plain tone until the sampled instruments are there: what is played first is heard at once. */

const LOUDEST = 0.24;
/** A soft hammer: the octave and the twelfth, less of what lies above. */
const PARTIALS = [0, 1, 0.42, 0.2, 0.1, 0.05, 0.03];
const DRUMS = 9;
const WOOD = 76;

interface Ringing {
  readonly gain: GainNode;
  readonly source: OscillatorNode;
}

export class Tone {
  private readonly ringing = new Map<number, Ringing>();
  private readonly levels: number[] = Array(16).fill(1);
  private readonly wave: PeriodicWave;

  constructor(private readonly context: BaseAudioContext, private readonly out: AudioNode) {
    this.wave = context.createPeriodicWave(new Float32Array(PARTIALS.length), new Float32Array(PARTIALS));
  }

  /** Control change 7. */
  volume(channel: number, value: number): void {
    this.levels[channel] = (value / 127) ** 2;
  }

  on(channel: number, pitch: number, velocity: number, at = this.context.currentTime): void {
    this.off(channel, pitch, at);
    const isDrum = channel === DRUMS;
    const peak = LOUDEST * (velocity / 127) ** 1.4 * this.levels[channel]!;
    const gain = new GainNode(this.context, { gain: 0 });
    const hz = isDrum ? (pitch >= WOOD ? 1500 - 300 * (pitch - WOOD) : 150) : 440 * 2 ** ((pitch - 69) / 12);
    const source = new OscillatorNode(this.context, { type: "custom", periodicWave: this.wave, frequency: hz });
    const seconds = isDrum ? 0.06 : 3.5;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(peak, at + 0.004);
    gain.gain.exponentialRampToValueAtTime(Math.max(peak * 0.4, 1e-5), at + seconds / 6);
    gain.gain.exponentialRampToValueAtTime(1e-5, at + seconds);
    source.connect(gain).connect(this.out);
    source.start(at);
    source.stop(at + seconds + 0.05);
    const key = (channel << 7) | pitch;
    this.ringing.set(key, { gain, source });
    source.onended = () => { gain.disconnect(); if (this.ringing.get(key)?.source === source) this.ringing.delete(key); };
  }

  off(channel: number, pitch: number, at = this.context.currentTime): void {
    const key = (channel << 7) | pitch;
    const there = this.ringing.get(key);
    if (!there || channel === DRUMS) return;
    this.ringing.delete(key);
    there.gain.gain.cancelScheduledValues(at);
    there.gain.gain.setTargetAtTime(0, at, 0.05);
    there.source.stop(at + 0.4);
  }

  silence(): void {
    for (const key of [...this.ringing.keys()]) this.off(key >> 7, key & 127);
  }
}
