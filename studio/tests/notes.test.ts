import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../src/model/history";
import { apply, changed, inverse, isEmpty, louder, moved, sorted, straightened, stretched, trimmed, without, type Note, type Notes, type Patch } from "../src/model/notes";

function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const note = (id: number, start: number, pitch = 60): Note => ({ id, voice: 0, pitch, start, duration: 1, velocity: 80 });
const four: Notes = new Map([note(1, 0), note(2, 1, 64), note(3, 2, 67), note(4, 3, 72)].map((one) => [one.id, one]));

function edit(notes: Notes, roll: (below: number) => number, fresh: () => number): Patch {
  const ids = [...notes.keys()].filter(() => roll(3) === 0);
  switch (roll(9)) {
    case 0: case 1: return { removed: [], added: [{ ...note(fresh(), roll(64) / 4, 36 + roll(48)), duration: (1 + roll(16)) / 4 }] };
    case 2: return moved(notes, ids, (roll(33) - 16) / 4, roll(25) - 12);
    case 3: return stretched(notes, ids, (roll(9) - 4) / 3);
    case 4: return louder(notes, ids, roll(41) - 20);
    case 5: return notes.size > 40 ? without(notes, ids) : { removed: [], added: [] };
    case 6: return straightened(notes, ids, 1 / (1 + roll(4)), roll(101) / 100);
    case 7: return roll(50) ? { removed: [], added: [] } : trimmed(notes, roll(4), 12 + roll(8));
    default: return changed(notes, ids, (one) => ({ ...one, voice: roll(4) }));
  }
}

test("10,000 edits at random are undone exactly, and done again exactly", () => {
  const roll = dice(7);
  let last = 4;
  let notes = four;
  const history = new History();
  const states = [notes];
  for (let i = 0; i < 10_000; i++) {
    const patch = edit(notes, roll, () => ++last);
    if (isEmpty(patch)) continue;
    notes = apply(notes, patch);
    history.add({ name: "edit", undo: () => (notes = apply(notes, inverse(patch))), redo: () => (notes = apply(notes, patch)) });
    states.push(notes);
  }
  assert.ok(states.length > 5_000);
  const end = sorted(notes.values());
  for (let i = states.length - 2; i >= 0; i--) {
    history.undo();
    if (i % 97 === 0) assert.deepEqual(sorted(notes.values()), sorted(states[i]!.values()));
  }
  assert.deepEqual(sorted(notes.values()), sorted(four.values()));
  assert.equal(history.undo(), undefined);
  while (history.redo());
  assert.deepEqual(sorted(notes.values()), end);
});

test("notes moved together keep their distances at the edges", () => {
  const notes = apply(four, moved(four, four.keys(), -5, 100));
  const there = sorted(notes.values());
  assert.deepEqual(there.map((one) => one.start), [0, 1, 2, 3]);
  assert.deepEqual(there.map((one) => one.pitch), [115, 119, 122, 127]);
});

test("an edit that changes nothing leaves no trace", () => {
  assert.ok(isEmpty(moved(four, four.keys(), 0, 0)));
  assert.ok(isEmpty(straightened(four, four.keys(), 1, 1)));
});

test("a drag of a hundred moves is one step back", () => {
  let notes = four;
  const history = new History();
  for (let i = 0; i < 100; i++) {
    const patch = moved(notes, [1], 0.25, 0);
    notes = apply(notes, patch);
    history.add({ name: "move", gesture: "drag 1", undo: () => (notes = apply(notes, inverse(patch))), redo: () => (notes = apply(notes, patch)) });
  }
  assert.equal(history.size, 1);
  history.undo();
  assert.deepEqual(notes.get(1), four.get(1));
  history.redo();
  assert.equal(notes.get(1)!.start, 25);
});

test("trimmed to its middle, a phrase begins there", () => {
  const notes = sorted(apply(four, trimmed(four, 1.5, 3)).values());
  assert.deepEqual(notes.map((one) => [one.start, one.duration]), [[0, 0.5], [0.5, 1]]);
});

test("rhythm assist with half its strength goes half of the way", () => {
  const late: Notes = new Map([[1, note(1, 1.2)]]);
  assert.ok(Math.abs(apply(late, straightened(late, [1], 1, 0.5)).get(1)!.start - 1.1) < 1e-9);
});
