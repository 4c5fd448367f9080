/** Which keys of the keyboard are lit: what sounds now, told a little before. */

interface Light {
  readonly at: number;
  readonly pitch: number;
  readonly channel: number;
  readonly isOn: boolean;
}

export class Lights {
  private coming: Light[] = [];
  private readonly on = new Map<string, readonly [number, number]>();

  tell(at: number, channel: number, pitch: number, isOn: boolean): void {
    this.coming.push({ at, channel, pitch, isOn });
  }

  get isWaiting(): boolean { return this.coming.length > 0; }

  /** Pitch -> channel of what sounds at `now`; undefined: nothing changed. */
  advance(now: number): ReadonlyMap<number, number> | undefined {
    const due = this.coming.filter((light) => light.at <= now);
    if (!due.length) return undefined;
    this.coming = this.coming.filter((light) => light.at > now);
    due.sort((a, b) => a.at - b.at || Number(a.isOn) - Number(b.isOn));
    for (const { channel, pitch, isOn } of due) {
      if (isOn) this.on.set(`${channel} ${pitch}`, [pitch, channel]);
      else this.on.delete(`${channel} ${pitch}`);
    }
    return new Map(this.on.values());
  }

  clear(): void {
    this.coming = [];
    for (const [pitch, channel] of this.on.values()) this.tell(0, channel, pitch, false);
  }
}
