/** A take as a file: as it lies in the library, or as it was edited here. */
import { sorted } from "../model/notes";
import { toPlain } from "../model/takes";
import { encode, made, post, save, sentence } from "../wire/http";
import { bpm, meter } from "./engine";
import { say, warn } from "./notices";
import * as piece from "./piece";
import { goTo } from "./ui";

export type Kind = "mid" | "wav" | "ogg" | "mp3" | "musicxml";
export const KINDS: ReadonlyArray<readonly [Kind, string]> = [["mid", "Download MIDI"], ["wav", "Download WAV"], ["ogg", "Download OGG"], ["mp3", "Download MP3"], ["musicxml", "Download MusicXML"]];

/** Channels in files are counted from 0, in the table from 1. The body that `POST /api/render` takes: the melody as it lies there, and the voices of the take. */
export function asBody(id: string): object {
  const take = piece.takes.value.find((one) => one.id === id);
  const notes = piece.variants.value.get(id);
  const track = (voice: number): unknown => {
    const one = take!.tracks[voice - 1]!;
    const there = notes ? sorted(notes.values()).filter((note) => note.voice === voice) : one.notes;
    return { name: one.name, role: one.role, program: one.program, channel: one.channel - 1, is_drum: one.isDrums, notes: toPlain(there) };
  };
  const tune = piece.chosen.value === id ? piece.inOrder.value.filter((note) => note.voice === 0) : (take?.melody ?? []);
  return {
    title: piece.title.value || "Take", bpm: take?.bpm ?? bpm.value, meter: meter.value.join("/"), length: take?.length ?? piece.length.value,
    tracks: [{ name: "melody", role: "melody", program: 0, channel: 0, is_drum: false, notes: toPlain(tune) }, ...(take?.tracks.map((_, i) => track(i + 1)) ?? [])],
  };
}

export async function download(id: string, kind: Kind): Promise<void> {
  const take = piece.takes.value.find((one) => one.id === id);
  try {
    if (take?.file && !isEdited(id)) {
      const answer = await fetch(`/api/takes/${encode(take.file)}/download?kind=${kind}`);
      if (answer.ok) return save(await answer.blob(), fileName(answer, kind));
    }
    save(await made(`/api/render?kind=${kind}`, asBody(id)), `${piece.title.value || "take"}.${kind}`);
  } catch (error) {
    warn(sentence(error));
  }
}

/** Whether a take is no longer as it was made. */
export const isEdited = (id: string): boolean => piece.variants.value.has(id) || piece.settled.value.has(id);

/** Keep it as it is now, as a take of its own: the one that it was made of stays. */
export async function keepEdited(id: string): Promise<void> {
  const take = piece.takes.value.find((one) => one.id === id);
  if (!take) return;
  try {
    await post("/api/takes", { ...asBody(id), model: take.model, seed: take.seed, of: id });
    say("Kept as it is now, in the Library.", "info", ["Library", () => goTo("library")]);
  } catch (error) {
    warn(sentence(error));
  }
}

/** The name that the server gave it. */
export function fileName(answer: Response, kind: string): string {
  const said = answer.headers.get("content-disposition") ?? "";
  const star = /filename\*=UTF-8''([^;]+)/i.exec(said)?.[1];
  return (star && decodeURIComponent(star)) || /filename="([^"]+)"/.exec(said)?.[1] || `take.${kind}`;
}
