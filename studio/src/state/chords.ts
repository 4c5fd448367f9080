/** Chord names over the piece: those of the chosen take, as its file in the library has them. */
import { effect } from "@preact/signals";
import { encode, get } from "../wire/http";
import * as piece from "./piece";

type Chords = ReadonlyArray<readonly [number, string]>;
const known = new Map<string, Chords>();

async function fetchChords(file: string): Promise<void> {
  try {
    known.set(file, (await get<{ chords?: Chords }>(`/api/takes/${encode(file)}`)).chords ?? []);
  } catch {
    known.set(file, []); // the roll is complete without them
  }
  if (piece.take.value?.file === file) piece.chords.value = known.get(file)!;
}

effect(() => {
  const file = piece.take.value?.file ?? "";
  const there = known.get(file);
  piece.chords.value = there ?? [];
  if (file && !there) void fetchChords(file);
});
