import { pitchNumber } from "../src/model/music";
import assert from "node:assert/strict";
import { test } from "node:test";
import { inBank, pitchName, placeName, takeLetter, voiceLetters } from "../src/model/music";

test("names that musicians read", () => {
  assert.equal(pitchName(69), "A4");
  assert.equal(placeName(5.5, 4), "bar 2 beat 2.5");
  assert.deepEqual(voiceLetters(["alto", "tenor", "bass", "another"]), ["A", "T", "B", "A2"]);
  assert.deepEqual([0, 25, 26].map(takeLetter), ["A", "Z", "A1"]);
});

test("an instrument that the bank lacks is played by its neighbour", () => {
  assert.equal(inBank(52), 52);
  assert.equal(inBank(2), 1);
  assert.equal(inBank(46), 45);
});

test("keys are called by their names, as in Continuo", () => {
  assert.deepEqual(["C3", "F#2", "Bb3", "A4", "off", "61"].map(pitchNumber), [48, 42, 58, 69, 0, 61]);
});
