import assert from "node:assert/strict";
import { test } from "node:test";
import { controllerOf, isHeard, STRIP } from "../src/sound/mixer";
import { type Heard, Player } from "../src/sound/player";

const note = (pitch: number, start: number, duration = 1, channel = 0): Heard => ({ channel, pitch, start, duration, velocity: 80 });

class Tape {
  lines: Array<[string, number, number]> = [];
  on(_channel: number, pitch: number, _velocity: number, at: number): void { this.lines.push(["on", pitch, at]); }
  off(_channel: number, pitch: number, at: number): void { this.lines.push(["off", pitch, at]); }
  get ordered(): Array<[string, number, number]> { return [...this.lines].sort((a, b) => a[2] - b[2] || (a[0] < b[0] ? -1 : 1)); }
}

function play(player: Player, from: number, to: number, step = 0.1): void {
  for (let at = from; at < to + step / 2; at += step) player.advance(at);
}

test("a piece is told note by note and ends with every note released", () => {
  const tape = new Tape();
  let ends = 0;
  const player = new Player(tape, () => ends++);
  player.start([note(60, 0), note(62, 1, 2), note(64, 2)], { bpm: 60, length: 3, at: 10 });
  play(player, 10, 14);
  assert.deepEqual(tape.ordered, [["on", 60, 10], ["off", 60, 11], ["on", 62, 11], ["on", 64, 12], ["off", 62, 13], ["off", 64, 13]]);
  assert.equal(ends, 1);
  assert.equal(player.isPlaying, false);
});

test("another take goes on from the same beat, with the notes that are held there", () => {
  const tape = new Tape();
  const player = new Player(tape);
  player.start([note(60, 0, 4)], { bpm: 60, length: 4, at: 0 });
  play(player, 0, 1.5);
  player.change([note(50, 0, 3), note(52, 3, 1)]);
  play(player, 1.6, 5);
  assert.deepEqual(tape.ordered.map(([what, pitch, at]) => [what, pitch, Math.round(at * 10) / 10]),
    [["on", 60, 0], ["off", 60, 1.5], ["on", 50, 1.5], ["off", 50, 3], ["on", 52, 3], ["off", 52, 4]]);
});

test("a loop goes round in time, and what is held ends at its end", () => {
  const tape = new Tape();
  const player = new Player(tape);
  player.start([note(60, 0), note(62, 1, 9)], { bpm: 120, length: 2, at: 0, isLooped: true });
  play(player, 0, 2.05);
  player.stop(2.1);
  assert.deepEqual(tape.lines.filter(([what]) => what === "on").map(([, pitch, at]) => [pitch, at]), [[60, 0], [62, 0.5], [60, 1], [62, 1.5], [60, 2]]);
  assert.equal(tape.lines.filter(([what]) => what === "off").length, 5);
});

test("whatever is played and changed, every note struck is released", () => {
  let state = 3;
  const roll = (below: number): number => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0), Math.floor((state / 2 ** 32) * below));
  for (let round = 0; round < 60; round++) {
    const held = new Map<number, number>();
    const events: Array<[number, number, number]> = [];
    const player = new Player({ on: (_c, pitch, _v, at) => events.push([at, 1, pitch]), off: (_c, pitch, at) => events.push([at, 0, pitch]) });
    const piece = (): Heard[] => Array.from({ length: 30 }, () => note(40 + roll(12), roll(32) / 4, (1 + roll(8)) / 4));
    player.start(piece(), { bpm: 100 + roll(80), length: 8, at: 0, isLooped: roll(2) === 0 });
    for (let at = 0; at < 9; at += 0.05) {
      player.advance(at);
      if (roll(20) === 0) player.change(piece());
    }
    player.stop(9);
    for (const [, isOn, pitch] of events) held.set(pitch, (held.get(pitch) ?? 0) + (isOn ? 1 : -1));
    assert.deepEqual([...held.values()].filter(Boolean), []);
  }
});

test("mute silences, solo silences the others", () => {
  const strips = new Map([[0, STRIP], [1, { ...STRIP, isSolo: true }], [2, { ...STRIP, isSolo: true, isMuted: true }]]);
  assert.deepEqual([0, 1, 2, 3].map((channel) => isHeard(strips, channel)), [false, true, false, false]);
  assert.equal(controllerOf(1), 127);
});
