/** The page's sound as the rest of the page knows it: keys, what Continuo tells, what the page plays itself. */
import { computed, signal } from "@preact/signals";
import { inBank } from "../model/music";
import { dueAt, pageSeconds, wire } from "../wire/wire";
import { DueQueue, type Event } from "./due";
import { Instruments } from "./instruments";
import { Lights } from "./lights";
import { controllerOf, isHeard, STRIP, type Strip, type Strips } from "./mixer";
import { Player } from "./player";
import { DRUMS, Synth } from "./synth";

/** All that Continuo tells sounds this much later, so that what a bar line decides is not later than the rest. */
export const DELAY_SECONDS = 0.03;
/** So long before it sounds it is given to the synthesiser: a busy page is not late for it, and what changes before still counts. */
const HAND_OVER_SECONDS = 0.04;
const OVER_SECONDS = 1;
const LATENCIES = [0, 0.01, 0.03, 0.06];
/** Gaps in three seconds: so many are heard; so many mean a machine that is far too busy. */
const GAPS = 8;
const MANY_GAPS = 60;
const CLICK = 15;
const BANK_DRUMS = 0;

/** Where sound comes from: this page, a synthesiser behind Continuo Out, or another tab (this one is silent). */
export type Source = "page" | "out" | "elsewhere";
export const source = signal<Source>("page");
export const isAwake = signal(false);
export const isReady = signal(false);
export const trouble = signal("");
export const latencyMs = signal(0);
export const strips = signal<Strips>(new Map());
/** Pitch -> channel of what sounds now. */
export const lit = signal<ReadonlyMap<number, number>>(new Map());

const instruments = new Instruments();
const queue = new DueQueue();
const lights = new Lights();
let level = 0;
let synth: Synth | undefined;
let making: Promise<void> | undefined;
let timer = 0;

export const canSound = computed(() => source.value === "page");

// -- the synthesiser ----------------------------------------------------------------------------

/** Make it ready before the first key; a browser lets it sound only after one. */
export function prepare(): Promise<void> {
  return (making ??= make(LATENCIES[level]!));
}

async function make(latency: number): Promise<void> {
  try {
    const made = new Synth(instruments, latency);
    synth = made;
    made.context.addEventListener("statechange", () => (isAwake.value = made.context.state === "running"));
    isAwake.value = made.context.state === "running";
    await made.prepare();
    for (const [channel, strip] of strips.value) put(channel, strip);
    isReady.value = true;
    trouble.value = "";
    void made.instrument(DRUMS, BANK_DRUMS);
  } catch (error) {
    making = undefined;
    trouble.value = `No sound: ${error instanceof Error ? error.message : String(error)}. Reload the page to try again.`;
  }
}

/** To be called from a key or a click. */
export async function wake(): Promise<void> {
  void prepare();
  const made = synth;
  if (!made || isAwake.peek()) return;
  await made.context.resume();
  isAwake.value = made.context.state === "running";
}

/** Too many gaps: take more time, at once and once for all. */
function adapt(): void {
  const made = synth;
  if (!made || !isAwake.value) return;
  latencyMs.value = Math.round(made.latencySeconds * 1000);
  const before = seenUnderruns;
  seenUnderruns = made.underruns;
  const gaps = seenUnderruns - before;
  if (gaps < GAPS || level >= LATENCIES.length - 1 || player.isPlaying) return;
  level = gaps < MANY_GAPS ? level + 1 : LATENCIES.length - 1;
  seenUnderruns = 0;
  making = make(LATENCIES[level]!).then(() => made.close()).then(() => wake());
}
let seenUnderruns = 0;
setInterval(adapt, 3000);

// -- channels -----------------------------------------------------------------------------------

export const stripOf = (channel: number): Strip => strips.value.get(channel) ?? STRIP;

export function change(channel: number, part: Partial<Strip>): void {
  const before = strips.value;
  strips.value = new Map(before).set(channel, { ...stripOf(channel), ...part });
  for (const [one, strip] of strips.value) {
    if (isHeard(before, one) !== isHeard(strips.value, one) || one === channel) put(one, strip);
  }
  if (part.isSolo !== undefined || part.isMuted !== undefined) silenceUnheard();
}

function put(channel: number, strip: Strip): void {
  if (channel !== DRUMS && channel !== CLICK) {
    synth?.instrument(channel, inBank(strip.program)).catch((error: Error) => (trouble.value = error.message));
  }
  synth?.controller(channel, 7, isHeard(strips.value, channel) ? controllerOf(strip.volume) : 0);
}

function silenceUnheard(): void {
  for (let channel = 0; channel < 16; channel++) {
    if (!strips.value.has(channel)) synth?.controller(channel, 7, isHeard(strips.value, channel) ? controllerOf(STRIP.volume) : 0);
  }
}

// -- what sounds ---------------------------------------------------------------------------------

/** A key of the player's on the page: it sounds at once. */
export function strike(channel: number, pitch: number, velocity: number): void {
  void wake();
  if (canSound.value) synth?.on(channel, pitch, velocity);
}

export function release(channel: number, pitch: number): void {
  synth?.off(channel, pitch);
}

export function pedal(channel: number, isDown: boolean): void {
  synth?.controller(channel, 64, isDown ? 127 : 0);
}

export function modulation(channel: number, amount: number): void {
  synth?.controller(channel, 1, amount);
}

export function bend(channel: number, value: number): void {
  synth?.bend(channel, value);
}

/** What the page plays itself: takes while Continuo's song stands still, melodies, checkpoints. */
export const isAuditioning = signal(false);
const own = new DueQueue();
const laidOut = new Map<number, { note: number; at: number }>();
let lastNote = 0;
export const player = new Player(
  {
    on(channel, pitch, velocity, at) {
      laidOut.set((channel << 7) | pitch, { note: ++lastNote, at });
      own.tell({ due: at, status: 0x90 | channel, data1: pitch, data2: velocity, note: lastNote });
    },
    off(channel, pitch, at) {
      const of = laidOut.get((channel << 7) | pitch);
      if (!of) return;
      if (at < of.at) own.revoke(of.note); // stopped before it began
      else own.tell({ due: at, status: 0x80 | channel, data1: pitch, data2: 0, note: of.note });
    },
  },
  () => (isAuditioning.value = false),
);

function sound(at: number, status: number, data1: number, data2: number): void {
  const made = synth;
  const channel = status & 15;
  const kind = status & 0xf0;
  const isOn = kind === 0x90 && data2 > 0;
  if ((kind === 0x80 || kind === 0x90) && channel !== CLICK) {
    lights.tell(at, channel, data1, isOn);
    moreLights();
  }
  if (!made || !canSound.value) return;
  const time = Math.max(made.timeOf(at), made.context.currentTime);
  // The click's blocks are drums.
  if (channel === CLICK) {
    if (isOn) made.on(DRUMS, data1, data2, time);
    else if (kind === 0x80) made.off(DRUMS, data1, time);
  } else if (isOn) made.on(channel, data1, data2, time);
  else if (kind === 0x80 || kind === 0x90) made.off(channel, data1, time);
  else if (kind === 0xb0) made.controller(channel, data1, data2, time);
  else if (kind === 0xe0) made.bend(channel, data1 | (data2 << 7), time);
  else if (kind === 0xc0 && channel !== DRUMS) change(channel, { program: data1 });
}

function pump(): void {
  clearTimeout(timer);
  const now = pageSeconds();
  // A hidden page's timers sleep: all that is known is handed over then.
  const ahead = document.hidden ? 2 : HAND_OVER_SECONDS;
  player.advance(now + (document.hidden ? 2 : 0.15));
  for (const from of [queue, own]) {
    for (const event of from.take(now + ahead)) sound(event.due, event.status, event.data1, event.data2);
  }
  const next = Math.min(queue.next ?? Infinity, own.next ?? Infinity);
  const wait = Math.min(player.isPlaying ? 50 : Infinity, (next - now - HAND_OVER_SECONDS) * 1000);
  if (wait < Infinity) timer = window.setTimeout(pump, Math.max(0, wait));
}
export const hurry = pump;

wire.on("sound", ([ahead, status, data1, data2, note], at) => {
  const event: Event = { due: dueAt(at, ahead) + DELAY_SECONDS, status: Number(status), data1: Number(data1), data2: Number(data2), note: Number(note ?? 0) };
  // Slept meanwhile: what is long over is not made up for, but what it holds is let go.
  if (event.due < pageSeconds() - OVER_SECONDS && (event.status & 0xf0) === 0x90 && event.data2) return;
  queue.tell(event);
  pump();
});
wire.on("sound/void", ([note]) => queue.revoke(Number(note)));
wire.on("silence", () => hush());
wire.on("closed", () => hush());
wire.on("sounds", ([on]) => {
  if (!Number(on) && source.value === "page") source.value = "elsewhere";
});

/** Everything ends now. */
export function hush(): void {
  queue.silence();
  lights.clear();
  moreLights();
  synth?.silence();
}

export function stopAudition(): void {
  if (!player.isPlaying) return;
  player.stop(pageSeconds());
  isAuditioning.value = false;
  pump();
  lights.clear();
  moreLights();
}

/** Choose where sound comes from, and tell Continuo. */
export function soundFrom(chosen: "page" | "out"): void {
  source.value = chosen;
  wire.send("sounds", chosen === "page" ? 1 : 0);
  if (chosen === "out") hush();
}
wire.on("hello", () => {
  if (source.value === "page") wire.send("sounds", 1);
});

/** Counts: keys are to be lit or to go out. */
export const lightsComing = signal(0);
function moreLights(): void { lightsComing.value = lightsComing.peek() + 1; }

/** To be called once a frame while it says so: lights the keys. */
export function shine(now: number): boolean {
  const changed = lights.advance(now);
  if (changed) lit.value = changed;
  return lights.isWaiting;
}

// A device that went away, or a machine that slept: begin anew.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void synth?.context.resume().catch(() => undefined);
});
