import assert from "node:assert/strict";
import { test } from "node:test";
import { DueQueue, type Event } from "../src/sound/due";

const on = (note: number, due: number, pitch = 60): Event => ({ due, status: 0x91, data1: pitch, data2: 80, note });
const off = (note: number, due: number, pitch = 60): Event => ({ due, status: 0x81, data1: pitch, data2: 0, note });
const told = (events: Event[]): string[] => events.map((event) => `${event.status >> 4 === 9 ? "on" : "off"} ${event.data1} ${event.due}`);

test("what is told ahead comes in the order of time", () => {
  const queue = new DueQueue();
  queue.tell(on(2, 2, 62));
  queue.tell(on(1, 1));
  queue.tell(off(1, 2));
  assert.deepEqual(told(queue.take(1.5)), ["on 60 1"]);
  assert.deepEqual(told(queue.take(5)), ["on 62 2", "off 60 2"]);
});

test("told again, the later message counts", () => {
  const queue = new DueQueue();
  queue.tell(on(1, 1));
  queue.tell(off(1, 2));
  queue.tell(on(1, 1.5));
  queue.tell(off(1, 3));
  assert.deepEqual(told(queue.take(9)), ["on 60 1.5", "off 60 3"]);
});

test("what is revoked does not sound; what sounds already is still released", () => {
  const queue = new DueQueue();
  for (const event of [on(1, 1), off(1, 4), on(2, 3, 64), off(2, 4, 64)]) queue.tell(event);
  assert.deepEqual(told(queue.take(2)), ["on 60 1"]);
  queue.revoke(1);
  queue.revoke(2);
  assert.deepEqual(told(queue.take(9)), ["off 60 4"]);
});

test("a key ends when the last that holds it is released", () => {
  const queue = new DueQueue();
  for (const event of [on(1, 1), on(-2, 2), off(1, 3), off(-2, 4)]) queue.tell(event);
  assert.deepEqual(told(queue.take(9)), ["on 60 1", "off 60 2", "on 60 2", "off 60 4"]);
});

test("after silence nothing comes, and what is struck then is new", () => {
  const queue = new DueQueue();
  queue.tell(on(1, 1));
  queue.take(1);
  queue.tell(off(1, 2));
  queue.silence();
  queue.tell(off(1, 2));
  assert.deepEqual(queue.take(9), []);
  queue.tell(on(1, 3));
  assert.deepEqual(told(queue.take(9)), ["on 60 3"]);
});
