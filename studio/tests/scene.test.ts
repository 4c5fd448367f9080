import assert from "node:assert/strict";
import { test } from "node:test";
import { drumName } from "../src/model/music";
import { Geometry } from "../src/roll/geometry";
import { readable } from "../src/roll/names";
import { pieceScene } from "../src/roll/scene";

const note = (voice: number, pitch: number, id: number) => ({ id, voice, pitch, start: 0, duration: 1, velocity: 80 });

test("drums lie below the pitches, the kick at the bottom, and move no pitch out of view", () => {
  const notes = [note(0, 60, 1), note(1, 36, 2), note(2, 36, 3), note(2, 42, 4)];
  const scene = pieceScene({
    notes, isExample: false, length: 4, bar: 4, edits: [], refused: new Set(), chords: [], letters: ["", "B", "D"], drumVoices: new Set([2]), zoom: { from: 0, beats: 0 },
  });
  const g = new Geometry(scene, { width: 400, height: 400 });
  const tops = notes.map((one) => g.top(one));
  assert.deepEqual(scene.drums, [42, 36]);
  assert.ok(tops[0]! < tops[1]! && tops[1]! < tops[3]! && tops[3]! < tops[2]!);
  assert.ok(tops[1]! + g.row <= g.drumsTop);
  assert.ok(Math.abs(tops[2]! + g.drumRow - 400) < 1e-6);
  assert.equal(g.at(g.left + 10, tops[2]! + 1)?.note.id, 3);
  assert.equal(g.at(g.left + 10, tops[1]! + 1)?.note.id, 2);
});

test("drums have names", () => {
  assert.deepEqual([36, 38, 42, 46, 31].map(drumName), ["kick", "snare", "hat", "open hat", "drum 31"]);
});

test("what is struck on the first beat lies right of the names of the rows, and they are no beats", () => {
  const scene = pieceScene({
    notes: [note(0, 60, 1), note(1, 36, 2)], isExample: false, length: 4, bar: 4, edits: [], refused: new Set(), chords: [], letters: ["", "D"], drumVoices: new Set([1]), zoom: { from: 0, beats: 0 },
  });
  const g = new Geometry(scene, { width: 400, height: 400 });
  assert.ok(g.x(0) >= 40 && g.x(4) === 400);
  assert.equal(g.beat(0), 0);
  assert.ok(Math.abs(g.beat(g.x(2.5)) - 2.5) < 1e-9);
  assert.equal(new Geometry(scene, { width: 400, height: 70 }).left, 0); // too narrow for names
});

test("nothing is under the names of the rows, not even a note that began before the view", () => {
  const long = { ...note(0, 60, 1), duration: 4 };
  const scene = pieceScene({
    notes: [long], isExample: false, length: 8, bar: 4, edits: [], refused: new Set(), chords: [], letters: [""], drumVoices: new Set(), zoom: { from: 2, beats: 4 },
  });
  const g = new Geometry(scene, { width: 400, height: 400 });
  assert.equal(g.at(g.left / 2, g.top(long) + 1), undefined);
  assert.equal(g.at(g.left + 20, g.top(long) + 1)?.note.id, 1);
  assert.ok(g.isOnNames(g.left / 2, 200) && !g.isOnNames(g.left + 1, 200));
});

test("a chord just before a bar line does not hide the one on it", () => {
  const name = (text: string, x: number, isOnBar: boolean) => ({ text, x, width: 20, isOnBar });
  const names = [name("C", 0, true), name("G7", 85, false), name("Am", 100, true), name("F", 150, false)];
  assert.deepEqual(readable(names).map((one) => one.text).sort(), ["Am", "C", "F"]);
});
