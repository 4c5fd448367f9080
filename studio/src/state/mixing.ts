/** Mute, solo, level and instrument of a voice: here and in Continuo, so that the page and the port sound alike. */
import { effect } from "@preact/signals";
import * as sound from "../sound/sound";
import { STRIP } from "../sound/mixer";
import { DRUMS } from "../sound/synth";
import { wire } from "../wire/wire";
import { ownPrograms } from "./audition";
import * as engine from "./engine";

/** In Continuo the player's own track, as it sounds again, is called so. */
export const MELODY = "melody";
/** The fader's usual place is the level as composed. */
const levelOf = (volume: number): number => Math.min(2, volume / STRIP.volume);

const isThere = (name: string): boolean => engine.tracks.value.some((track) => track.name === name.toLowerCase());

export function mute(name: string, channel: number, isMuted: boolean): void {
  sound.change(channel, { isMuted });
  if (isThere(name)) wire.send("track/mute", name, isMuted ? 1 : 0);
}

export function solo(name: string, channel: number, isSolo: boolean): void {
  sound.change(channel, { isSolo });
  if (isThere(name)) wire.send("track/solo", name, isSolo ? 1 : 0);
}

/** The fader acts where the sound is made: on this page, or on the velocities that go to the port. */
export function level(name: string, channel: number, volume: number): void {
  sound.change(channel, { volume });
  if (sound.source.value === "out" && isThere(name)) wire.send("track/level", name, levelOf(volume));
}

export function instrument(name: string, channel: number, program: number): void {
  ownPrograms.value = new Map(ownPrograms.value).set(channel, program);
  sound.change(channel, { program });
  if (channel !== 0 && isThere(name)) wire.send("track/program", name, program);
}

wire.on("track", ([name, channelFrom1, isMuted, isSolo, told, program]) => {
  const track: engine.Track = { name: String(name), channel: Number(channelFrom1) - 1 };
  const there = engine.tracks.value;
  engine.tracks.value = there.some((one) => one.name === track.name) ? there.map((one) => (one.name === track.name ? track : one)) : [...there, track];
  const isOwn = track.name === MELODY;
  const sounds = !isOwn && track.channel !== DRUMS && Number(program) >= 0 && !ownPrograms.value.has(track.channel);
  sound.change(track.channel, {
    isMuted: Boolean(isMuted), isSolo: Boolean(isSolo),
    ...(sound.source.value === "out" && !isOwn ? { volume: Math.min(1, Number(told) * STRIP.volume) } : {}),
    ...(sounds ? { program: Number(program) } : {}),
  });
});

// What is mixed here goes along to the port when the sound is to come from there, and no longer afterwards.
let before = sound.source.peek();
effect(() => {
  const now = sound.source.value;
  if (now === before) return;
  before = now;
  for (const { name, channel } of engine.tracks.peek()) if (name !== MELODY) wire.send("track/level", name, now === "out" ? levelOf(sound.stripOf(channel).volume) : 1);
});
