/** Volume, mute and solo of each channel, as values. */

export interface Strip {
  readonly program: number;
  /** 0 to 1. */
  readonly volume: number;
  readonly isMuted: boolean;
  readonly isSolo: boolean;
}

export const STRIP: Strip = { program: 0, volume: 0.8, isMuted: false, isSolo: false };
export type Strips = ReadonlyMap<number, Strip>;

/** Whether a channel is heard: muted ones are not, and where one is solo only solo ones are. */
export function isHeard(strips: Strips, channel: number): boolean {
  const strip = strips.get(channel) ?? STRIP;
  if (strip.isMuted) return false;
  return strip.isSolo || ![...strips.values()].some((one) => one.isSolo);
}

/** Control change 7 for a fader: its middle is half as loud. */
export const controllerOf = (volume: number): number => Math.round(127 * Math.sqrt(Math.min(1, Math.max(0, volume))));
