/** What buttons and keys do, under one name each. */
import { effect, signal } from "@preact/signals";
import { clamp, straightened } from "../model/notes";
import * as sound from "../sound/sound";
import { wire } from "../wire/wire";
import { ask, hear, takesHere } from "./audition";
import * as engine from "./engine";
import { say } from "./notices";
import * as piece from "./piece";
import { snap, spoken } from "./ui";

const LATEST_TAP_MS = 400;
/** Whose tap it is, the page's, a pedal's or OSC's: they are counted in one place. */
export const tap = (stamp: number): void => void wire.send("tap", clamp(performance.now() - stamp, 0, LATEST_TAP_MS));

export const toggleClick = (): void => void wire.send("click", engine.numberOf("click") ? 0 : 1);

/** Whether a recording waits for its first note, which is its downbeat. */
export const isRecordAwaited = signal(false);

/** Record: a new phrase, from the next bar line on, or from the first note where nothing runs; again: it ends. */
export function toggleRecord(): void {
  void sound.wake();
  sound.stopAudition();
  if (isRecordAwaited.value) isRecordAwaited.value = false;
  else if (engine.state.value === "listening") wire.send("record/stop");
  else {
    isRecordAwaited.value = !engine.line.value.isPlaying;
    wire.send("record/start");
  }
}
effect(() => {
  if (engine.line.value.isPlaying || sound.isAuditioning.value || !engine.isConnected.value) isRecordAwaited.value = false;
});

/** Another take; with `nextModel` by the model after this one. */
export function another(nextModel = false): void {
  if (nextModel && engine.models.value.length) {
    const i = engine.models.value.findIndex((one) => one.name === engine.model.value);
    const next = engine.models.value[(i + 1) % engine.models.value.length]!;
    wire.send("model/load", next.name);
  }
  ask();
}

/** 1 to 9: that take, from the same beat; 0: the melody alone. */
export function hearNumber(number: number): void {
  const id = number === 0 ? "" : takesHere()[number - 1]?.id;
  if (id !== undefined) hear(id);
}

export function toggleAssist(): void {
  wire.send("quantise", engine.numberOf("quantise") ? 0 : 0.5);
}

/** Straighten what lies in the roll: what is selected, or the melody. */
export function straighten(strength: number): void {
  const ids = piece.selected.value.size ? [...piece.selected.value] : [...piece.melody.value.keys()];
  piece.edit("straighten", straightened(piece.notes.value, ids, snap.value, strength));
}

export function transpose(semitones: number): void {
  const all = piece.inOrder.value.filter((note) => note.voice === 0);
  if (!all.length) return;
  const fits = all.every((note) => note.pitch + semitones >= 0 && note.pitch + semitones < 128);
  if (!fits) return say("The melody would leave the keyboard.");
  piece.edit(`transpose by ${semitones}`, { removed: all, added: all.map((note) => ({ ...note, pitch: note.pitch + semitones })) });
}

export function undo(): void {
  const name = piece.history.undo();
  if (name) spoken.value = `Undone: ${name}`;
}

export function redo(): void {
  const name = piece.history.redo();
  if (name) spoken.value = `Done again: ${name}`;
}

/** Every note ends, here and in Continuo. */
export function panic(): void {
  sound.stopAudition();
  sound.hush();
  wire.send("panic");
  spoken.value = "All notes off";
}

// State changes are spoken; beats never are.
const WORDS: Record<string, string> = { listening: "Listening", armed: "The answer comes in on the next bar", playing: "Playing", idle: "Ready" };
effect(() => {
  const word = engine.isConnected.value ? WORDS[engine.state.value] : undefined;
  if (word) spoken.value = word;
});
