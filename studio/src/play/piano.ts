/** Keys that are held on the page, whoever holds them: sound at once, and Continuo told. */
import { computed, signal } from "@preact/signals";
import { pitchNumber } from "../model/music";
import { clamp } from "../model/notes";
import * as sound from "../sound/sound";

import { DELAY_SECONDS, source, stopAudition } from "../sound/sound";
import { isHelped, split } from "../state/engine";
import { octave, velocity } from "../state/ui";
import { wire } from "../wire/wire";

/** Two rows of a keyboard like a piano's, by their place: A is C. */
export const CODES = ["KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ", "KeyK", "KeyO", "KeyL", "KeyP", "Semicolon"];
const PLAIN = ["A", "W", "S", "E", "D", "F", "T", "G", "Y", "H", "U", "J", "K", "O", "L", "P", ";"];
const LATEST_MS = 400;
const LOWEST_OCTAVE = 0;
const HIGHEST_OCTAVE = 8;

/** What is printed on the keys, on this keyboard. */
export const letters = signal<readonly string[]>(PLAIN);
export const down = signal<ReadonlySet<number>>(new Set());
export const isPedalDown = signal(false);
/** Keys below it are the left hand's chords. */
export const splitPitch = computed(() => pitchNumber(split.value.key));
/** Chords may lead without being heard. */
const isHeard = (pitch: number): boolean => pitch >= splitPitch.value || split.value.isHeard;
/** Who holds which pitch: a key of the computer's, or a pointer. */
const holders = new Map<string, number>();
/** Pitches that the page sounds by itself; what helps at the keyboard is told by Continuo, which knows it. */
const sounded = new Set<number>();

/** Printed letters of other layouts, where the browser knows them. */
export async function readLayout(): Promise<void> {
  const keyboard = (navigator as { keyboard?: { getLayoutMap(): Promise<ReadonlyMap<string, string>> } }).keyboard;
  try {
    const map = await keyboard?.getLayoutMap();
    if (map) letters.value = CODES.map((code, i) => (map.get(code) ?? PLAIN[i]!).toUpperCase());
  } catch { /* the letters of most keyboards are shown */ }
}

/** Milliseconds since the event happened, and what the page's own sound is late by: what was heard is what was played to. */
function ago(stamp: number): number {
  const late = clamp(performance.now() - stamp, 0, LATEST_MS);
  return source.value === "page" ? late + DELAY_SECONDS * 1000 : late;
}

const isHeld = (pitch: number): boolean => [...holders.values()].includes(pitch);
const show = (): void => void (down.value = new Set(holders.values()));

export function press(holder: string, pitch: number, stamp: number, force = velocity.value): void {
  if (pitch < 0 || pitch > 127 || holders.get(holder) === pitch) return;
  release(holder, stamp);
  const wasHeld = isHeld(pitch);
  holders.set(holder, pitch);
  show();
  if (wasHeld) return;
  stopAudition();
  if (isHeard(pitch) && !(isHelped.value && pitch >= splitPitch.value)) {
    sounded.add(pitch);
    sound.strike(0, pitch, force);
  }
  wire.send("midi", ago(stamp), 0x90, pitch, force);
}

export function release(holder: string, stamp: number): void {
  const pitch = holders.get(holder);
  if (pitch === undefined) return;
  holders.delete(holder);
  show();
  if (isHeld(pitch)) return;
  if (sounded.delete(pitch)) sound.release(0, pitch);
  wire.send("midi", ago(stamp), 0x80, pitch, 0);
}

export function setPedal(isDown: boolean, stamp = performance.now()): void {
  if (isPedalDown.value === isDown) return;
  isPedalDown.value = isDown;
  sound.pedal(0, isDown);
  wire.send("midi", ago(stamp), 0xb0, 64, isDown ? 127 : 0);
}

export function setBend(value: number): void {
  const fine = clamp(Math.round(8192 + value * 8191), 0, 16383);
  sound.bend(0, fine);
  wire.send("midi", 0, 0xe0, fine & 127, fine >> 7);
}

export function setModulation(value: number): void {
  const amount = clamp(Math.round(value * 127), 0, 127);
  sound.modulation(0, amount);
  wire.send("midi", 0, 0xb0, 1, amount);
}

/** Nothing may hang when the page loses sight of its keys. */
export function releaseAll(): void {
  const now = performance.now();
  for (const holder of [...holders.keys()]) release(holder, now);
  setPedal(false);
}

export const pitchOf = (index: number): number => 12 * (octave.value + 1) + index;
export function shiftOctave(by: number): void {
  octave.value = clamp(octave.value + by, LOWEST_OCTAVE, HIGHEST_OCTAVE);
}
export function shiftVelocity(by: number): void {
  velocity.value = clamp(velocity.value + by, 12, 127);
}

addEventListener("blur", releaseAll);
addEventListener("pagehide", releaseAll);
document.addEventListener("visibilitychange", () => { if (document.hidden) releaseAll(); });
