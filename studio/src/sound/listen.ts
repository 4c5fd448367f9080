/** Listening to something that does not lie in the roll: a take of the library, a checkpoint, a lesson. */
import { signal } from "@preact/signals";
import { lastEnd, type Note } from "../model/notes";
import type { Track } from "../model/takes";
import { line } from "../state/engine";
import { pageSeconds, wire } from "../wire/wire";
import * as sound from "./sound";

export interface Piece {
  /** What is listened to: the same again stops it. */
  readonly name: string;
  readonly melody: readonly Note[];
  readonly tracks: readonly Track[];
  readonly bpm: number;
}

/** What plays, if it was begun here. */
export const listened = signal("");

export function listenTo(piece: Piece): void {
  const again = listened.value === piece.name && sound.player.isPlaying;
  sound.stopAudition();
  listened.value = "";
  if (again) return;
  if (line.value.isPlaying) wire.send("transport/stop");
  void sound.wake();
  const notes = [...piece.melody.map((note) => ({ ...note, channel: 0 })), ...piece.tracks.flatMap((track) => track.notes.map((note) => ({ ...note, channel: track.channel - 1 })))];
  for (const track of piece.tracks) if (!track.isDrums) sound.change(track.channel - 1, { program: track.program });
  sound.isAuditioning.value = true;
  listened.value = piece.name;
  sound.player.start(notes.sort((a, b) => a.start - b.start), { bpm: piece.bpm, length: lastEnd(notes) + 0.5, at: pageSeconds() + 0.08 });
  sound.hurry();
}

export const beatOf = (name: string): number | undefined => (sound.isAuditioning.value && listened.value === name ? sound.player.beat(pageSeconds()) : undefined);
