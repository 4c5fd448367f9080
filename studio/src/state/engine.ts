/** What Continuo is doing, as signals: each follows an address of the table. */
import { computed, signal } from "@preact/signals";
import { barBeats, type BeatLine } from "../model/clock";
import { dueAt, pageSeconds, type Told, wire } from "../wire/wire";

export type Connection = "opening" | "open" | "lost" | "looking" | "refused";
export type State = "idle" | "listening" | "generating" | "armed" | "playing";
export type Mode = "answer" | "loop" | "follow";

export interface ModelItem {
  readonly name: string;
  readonly technique: string;
  readonly style: string;
  readonly title: string;
}

export interface Control {
  readonly name: string;
  readonly title: string;
  readonly low: number;
  readonly high: number;
  readonly default: number;
  readonly value: number;
  readonly unit: string;
}

export interface Track {
  readonly name: string;
  readonly channel: number;
}

export const connection = signal<Connection>("opening");
export const why = signal("");
export const version = signal("");
export const state = signal<State>("idle");
export const mode = signal<Mode>("answer");
export const model = signal("");
export const bpm = signal(100);
export const meter = signal<readonly [number, number]>([4, 4]);
export const bars = signal(4);
export const key = signal<{ readonly name: string; readonly isSet: boolean }>({ name: "", isSet: false });
export const leadingChords = signal("");
export const models = signal<readonly ModelItem[]>([]);
export const controls = signal<readonly Control[]>([]);
export const chain = signal<readonly string[]>([]);
/** MIDI ports that can be listened to, and which one is (empty: none). */
export const inputs = signal<readonly string[]>([]);
export const input = signal("");
/** Keys below `key` (off: none) are chords of the left hand. */
export const split = signal<{ readonly key: string; readonly isHeard: boolean }>({ key: "off", isHeard: true });
/** The section in force (empty: the model decides), and what comes next or is let in just now. */
export const section = signal<{ readonly now: string; readonly next: string }>({ now: "", next: "" });
/** The tracks of the models in force, before there is a take of them; channels are counted from 0. */
export const tracks = signal<readonly Track[]>([]);
/** By the address that tells each: click, count-in, quantise, echo, pickup, seed… */
export const settings = signal<ReadonlyMap<string, number | string>>(new Map());
export const worker = signal<{ readonly state: string; readonly detail: string }>({ state: "", detail: "" });
/** The song as a line in the page's time; `isPlaying`: it goes on. */
export const line = signal<BeatLine & { readonly isPlaying: boolean }>({ beat: 0, at: 0, bpm: 100, isPlaying: false });
export const place = signal<{ readonly bar: number; readonly beat: number }>({ bar: 1, beat: 1 });

export const bar = computed(() => barBeats(...meter.value));
export const isConnected = computed(() => connection.value === "open");
export const numberOf = (name: string, otherwise = 0): number => Number(settings.value.get(name) ?? otherwise);
export const wordOf = (name: string, otherwise = "off"): string => String(settings.value.get(name) ?? otherwise);
/** Whether a key sounds something else than itself: Continuo says what. */
export const isHelped = computed(() => numberOf("octave") !== 0 || wordOf("auto-chord") !== "off" || wordOf("arpeggio") !== "off");

/** What it does changed: told before the signals follow, so that nobody misses a short state. */
export const began = signal(0);

const asNumber = (told: Told): number => Number(told[0]);
const replaced = <T extends { readonly name: string }>(list: readonly T[], one: T): readonly T[] =>
  list.some((item) => item.name === one.name) ? list.map((item) => (item.name === one.name ? one : item)) : [...list, one];

const SETTINGS = ["click", "count-in", "quantise", "echo", "pickup", "grid", "thru", "seed", "ahead", "commit", "extension", "octave", "auto-chord", "arpeggio", "arpeggio/rate", "arpeggio/octaves", "arpeggio/gate", "arpeggio/hold"];
for (const name of SETTINGS) {
  wire.on(name, ([value]) => (settings.value = new Map(settings.value).set(name, value as number | string)));
}

wire.on("hello", ([about]) => {
  version.value = String((about as { version?: string }).version ?? "");
  models.value = [];
  controls.value = [];
  tracks.value = [];
  why.value = "";
});
wire.on("picture", () => {
  connection.value = "open";
  began.value = pageSeconds();
});
wire.on("looking", ([reason]) => {
  connection.value = "looking";
  why.value = String(reason ?? "");
});
wire.on("closed", () => {
  if (connection.value !== "opening") connection.value = "lost";
  line.value = { ...line.value, isPlaying: false };
  state.value = "idle";
});
wire.on("refused", () => (connection.value = "refused"));

wire.on("status", ([now, name, tempo, , phrase, , how]) => {
  state.value = now as State;
  model.value = String(name);
  bpm.value = Number(tempo);
  bars.value = Number(phrase);
  mode.value = how as Mode;
  if (connection.value === "looking") connection.value = "open";
});
wire.on("state", ([now]) => (state.value = now as State));
wire.on("mode", ([how]) => (mode.value = how as Mode));
wire.on("meter", ([numerator, denominator]) => (meter.value = [Number(numerator), Number(denominator)]));
wire.on("bars", (told) => (bars.value = asNumber(told)));
wire.on("key", ([name, , isSet]) => (key.value = { name: String(name), isSet: Boolean(isSet) }));
wire.on("chord/lead", ([names]) => (leadingChords.value = String(names ?? "")));
wire.on("then", (names) => (chain.value = names.map(String)));
wire.on("worker", ([now, detail]) => (worker.value = { state: String(now), detail: String(detail) }));

wire.on("model/item", ([name, technique, style, title, program]) => {
  const before = Number(program) === 1 ? [] : models.value; // the list is told anew, without those that are gone
  models.value = replaced(before, { name: String(name), technique: String(technique), style: String(style), title: String(title) });
});
wire.on("model/loaded", ([name]) => {
  model.value = String(name);
  controls.value = [];
  tracks.value = [];
  wire.send("control/list");
  wire.send("track/list");
});
wire.on("control/item", ([name, title, low, high, standard, value, unit]) => {
  controls.value = replaced(controls.value, {
    name: String(name), title: String(title), low: Number(low), high: Number(high), default: Number(standard), value: Number(value), unit: String(unit),
  });
});
wire.on("control", ([name, value]) => {
  controls.value = controls.value.map((one) => (one.name === name ? { ...one, value: Number(value) } : one));
});

wire.on("input/list", (names) => (inputs.value = names.map(String)));
wire.on("input", ([name]) => (input.value = String(name)));
wire.on("split", ([key, , thru]) => (split.value = { key: String(key), isHeard: Boolean(thru) }));
wire.on("section", ([now, next]) => (section.value = { now: String(now), next: String(next) }));
wire.on("line", ([playing, beat, tempo, ahead], at) => {
  line.value = { beat: Number(beat), at: dueAt(at, ahead), bpm: Number(tempo), isPlaying: Boolean(playing) };
  bpm.value = Number(tempo);
});
wire.on("beat", ([number, beat, tempo]) => {
  place.value = { bar: Number(number), beat: Number(beat) };
  bpm.value = Number(tempo);
});
