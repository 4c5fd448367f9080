import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, figureCurves, lossCurves, thinned, turning } from "../src/model/curves";

test("losses and figures become curves beside the value of real music", () => {
  const lines = [0, 50, 100].map((step) => ({ step, losses: { notes: 4 - step / 50 }, valid: { notes: 4.2 - step / 60 }, ...(step === 50 ? {} : { figures: { pitches_per_bar: 12 - step / 20, drums_in_pattern: null }, training_figures: { pitches_per_bar: 2.8 } }) }));
  const [loss] = lossCurves(lines);
  assert.deepEqual(loss!.values, [4, 3, 2]);
  assert.ok(Math.abs(loss!.best! - (4.2 - 100 / 60)) < 1e-9);
  const curves = figureCurves(lines);
  assert.deepEqual(curves.map((curve) => [curve.title, curve.steps, curve.values, curve.real]), [["Pitches a bar", [0, 100], [12, 7], 2.8]]);
});

test("a training that learns by heart is marked where it turns", () => {
  const steps = Array.from({ length: 20 }, (_, i) => i * 10);
  assert.equal(turning(steps, steps.map((step) => (step < 100 ? 3 - step / 100 : 2 + (step - 100) / 100))), 100);
  assert.equal(turning(steps, steps.map((step) => 3 - step / 100)), undefined);
});

test("of a long training the last points are all there", () => {
  const many = thinned(Array.from({ length: 20_000 }, (_, i) => i));
  assert.ok(many.length <= 1000 && many[0] === 0);
  assert.deepEqual(many.slice(-500), Array.from({ length: 500 }, (_, i) => 19_500 + i));
  assert.equal(duration(660), "11 min");
});
