import assert from "node:assert/strict";
import { test } from "node:test";
import { changeOf, proposed } from "../src/model/edits";
import { isSameTune, TakeReader } from "../src/model/takes";

test("a take is put together from what is told, in whatever chunks", () => {
  const reader = new TakeReader();
  reader.edit(["t", "removed", 60, 0, 1, "added", 62, 0, 1]);
  reader.begin(["t", 2, 8, 100, "bach", 7]);
  reader.track(["t", 2, "tenor", "voice", 52, 3]);
  reader.track(["t", 1, "alto", "voice", 52, 2]);
  reader.notes(["t", 1, 0, 60, 0, 1, 80, 0, 62, 1, 1, 80, 1]);
  reader.notes(["t", 1, 1, 64, 2, 1, 80, 0]);
  reader.melody(["t", 0, 72, 0, 2, 90, 0]);
  const take = reader.end(["t", 3])!;
  assert.deepEqual(take.tracks.map((track) => [track.name, track.channel, track.notes.length]), [["alto", 2, 2], ["tenor", 3, 0]]);
  assert.equal(take.melody[0]!.pitch, 72);
  assert.deepEqual(take.edits.map((edit) => edit.what), ["removed", "added"]);
  assert.deepEqual(take.sung, []);
  assert.equal(reader.end(["t", 3]), undefined);
});

test("what a model did to the melody is taken over or left, note by note", () => {
  const reader = new TakeReader();
  const melody = new Map([60, 64].map((pitch, i) => [i + 1, { id: i + 1, voice: 0, pitch, start: i, duration: 1, velocity: 90 }] as const));
  reader.edit(["t", "removed", 64, 1, 1, "added", 67, 1, 0.5]);
  reader.begin(["t", 2, 8, 100, "bach-edit", 7]);
  reader.track(["t", 1, "edited", "melody", 0, 1]);
  reader.notes(["t", 1, 0, 60, 0, 1, 90, 0, 67, 1, 0.5, 80, 0]);
  reader.track(["t", 2, "bass", "voice", 52, 4]);
  reader.notes(["t", 2, 0, 48, 0, 2, 70, 0]);
  const take = reader.end(["t", 3])!;
  assert.deepEqual(take.tracks.map((track) => [track.name, track.notes[0]!.voice]), [["bass", 1]]);
  const pitches = (refused: number[]): number[] => [...proposed(melody, take, new Set(refused)).values()].map((note) => note.pitch).sort();
  const [removed, added] = take.edits.map((edit) => edit.id) as [number, number];
  assert.deepEqual(pitches([]), [60, 67]);
  assert.deepEqual(pitches([added]), [60]);
  assert.deepEqual(pitches([removed]), [60, 64, 67]);
  assert.deepEqual(pitches([removed, added]), [60, 64]);
  const shown = proposed(melody, take, new Set()).values();
  assert.deepEqual([...shown].map((note) => changeOf(take, note)?.id), [undefined, added]);
});

test("takes of one phrase are known by its notes", () => {
  const note = (id: number, pitch: number, start: number) => ({ id, voice: 0, pitch, start, duration: 1, velocity: 80 });
  assert.ok(isSameTune([note(1, 60, 0), note(2, 62, 1)], [note(8, 62, 1), note(9, 60, 0.0001)]));
  assert.ok(!isSameTune([note(1, 60, 0)], [note(1, 61, 0)]));
});
