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
