import assert from "node:assert/strict";
import { test } from "node:test";
import { barBeats, beatAt, ClockOffset, timeOf } from "../src/model/clock";

test("of many answers the quickest is believed", () => {
  const clock = new ClockOffset();
  assert.equal(clock.toBridge(5), 0, "unknown: the bridge takes the moment of arrival");
  clock.add(10, 110.08, 10.1);
  clock.add(11, 111.001, 11.002);
  clock.add(12, 112.05, 12.09);
  assert.ok(Math.abs(clock.seconds - 100) < 1e-9);
  assert.ok(Math.abs(clock.toPage(112) - 12) < 1e-9);
});

test("after a sleep the offset is found anew", () => {
  const clock = new ClockOffset();
  clock.add(1, 101, 1.002);
  clock.add(50, 190, 50.004);
  assert.ok(Math.abs(clock.seconds - 140) < 0.01);
});

test("a beat and its time are each other's", () => {
  const line = { beat: 8, at: 3, bpm: 90 };
  assert.equal(beatAt(line, timeOf(line, 11.5)), 11.5);
  assert.equal(barBeats(6, 8), 3);
});
