import assert from "node:assert/strict";
import { test } from "node:test";
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
  assert.equal(reader.end(["t", 3]), undefined);
});

test("takes of one phrase are known by its notes", () => {
  const note = (id: number, pitch: number, start: number) => ({ id, voice: 0, pitch, start, duration: 1, velocity: 80 });
  assert.ok(isSameTune([note(1, 60, 0), note(2, 62, 1)], [note(8, 62, 1), note(9, 60, 0.0001)]));
  assert.ok(!isSameTune([note(1, 60, 0)], [note(1, 61, 0)]));
});
