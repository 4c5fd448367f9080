/** Trainings as they go on: their lines are pushed, nothing is asked again and again. */
import { effect, signal } from "@preact/signals";
import type { Line } from "../model/curves";
import type { Plain } from "../model/takes";
import { encode, get, post, Refused, sentence } from "../wire/http";
import { wire } from "../wire/wire";
import { warn } from "./notices";
import { remembered, room } from "./ui";

export interface Run {
  readonly name: string;
  readonly state: "preparing" | "running" | "pausing" | "paused" | "stopping" | "finished" | "failed" | "elsewhere";
  readonly percent: number | null;
  readonly seconds: number | null;
  readonly seconds_left: number | null;
  readonly step: number | null;
  readonly best_step: number | null;
  readonly architecture: string;
  readonly technique: string;
  readonly data: string;
  readonly said: string;
  readonly error: string;
  readonly model: string;
  readonly lines: number;
}

export interface Architecture {
  readonly name: string;
  readonly technique: string;
  readonly description: string;
  readonly options: ReadonlyArray<{ readonly name: string; readonly default: unknown }>;
}

export interface Sample {
  readonly file: string;
  readonly step: number;
  readonly number: number;
}

export interface SampleMusic {
  readonly bpm: number;
  readonly tracks: ReadonlyArray<{ readonly name: string; readonly role: string; readonly program: number; readonly channel: number; readonly is_drum: boolean; readonly notes: readonly Plain[] }>;
}

export interface Folder {
  readonly path: string;
  readonly parent: string | null;
  readonly folders: ReadonlyArray<{ readonly name: string; readonly midi_files: number }>;
  readonly midi_files: number;
}

export const runs = signal<readonly Run[]>([]);
export const architectures = signal<readonly Architecture[]>([]);
export const lines = signal<ReadonlyMap<string, readonly Line[]>>(new Map());
export const samples = signal<ReadonlyMap<string, readonly Sample[]>>(new Map());
/** The run that is looked at. */
export const shown = signal("");
export const isNew = signal(false);
export const isKnown = signal(false);
export const rests = remembered<boolean>("rests", true);
/** The server knows of no training. */
export const isMissing = signal(false);
export const dataset = signal<{ readonly data: string; readonly report?: Readonly<Record<string, unknown>>; readonly error?: string } | undefined>(undefined);
export const folder = signal<Folder | undefined>(undefined);

const MISSING = 404;
export const isAlive = (run: Run): boolean => ["preparing", "running", "pausing", "stopping", "elsewhere"].includes(run.state);
const failed = (error: unknown): void => warn(sentence(error));

export async function fetchRuns(): Promise<void> {
  try {
    const said = await get<{ runs: Run[]; architectures: Architecture[]; rests: boolean }>("/api/training");
    if (said.rests !== rests.value) void restWhilePlaying(rests.value);
    runs.value = said.runs;
    architectures.value = said.architectures;
    isKnown.value = true;
    if (!said.runs.some((run) => run.name === shown.value)) show((said.runs.find(isAlive) ?? said.runs[0])?.name ?? "");
    isMissing.value = false;
  } catch (error) {
    isMissing.value = error instanceof Refused && error.status === MISSING;
    if (!isMissing.value) failed(error);
  }
}

export function show(name: string): void {
  shown.value = name;
  if (name) void Promise.all([fetchLines(name), fetchSamples(name)]).catch(failed);
}

async function fetchLines(name: string): Promise<void> {
  const said = await get<{ from: number; lines: Line[] }>(`/api/training/${encode(name)}/metrics?from=0`);
  lines.value = new Map(lines.value).set(name, said.lines);
}

async function fetchSamples(name: string): Promise<void> {
  const said = await get<{ samples: Sample[] }>(`/api/training/${encode(name)}/samples`);
  samples.value = new Map(samples.value).set(name, said.samples);
}

wire.on("training", ([run]) => {
  const one = run as Run;
  const isThere = runs.value.some((each) => each.name === one.name);
  runs.value = isThere ? runs.value.map((each) => (each.name === one.name ? one : each)) : [one, ...runs.value];
  if (!shown.value) show(one.name);
});
wire.on("metrics", ([name, from, more]) => {
  const key = String(name);
  const there = lines.value.get(key) ?? [];
  // What was missed while the connection was gone is asked for whole.
  if (Number(from) > there.length) return void fetchLines(key).catch(failed);
  lines.value = new Map(lines.value).set(key, [...there.slice(0, Number(from)), ...(more as Line[])]);
  if ((more as Line[]).some((line) => line.figures) && key === shown.value) void fetchSamples(key).catch(() => undefined);
});
wire.on("picture", () => { if (room.value === "train") void fetchRuns(); });
effect(() => { if (room.value === "train" && !isKnown.peek()) void fetchRuns(); });

/** Trainings rest while the song runs. */
export async function restWhilePlaying(isWished: boolean): Promise<void> {
  rests.value = isWished;
  try {
    await post("/api/training/rest", { on: isWished });
  } catch (error) {
    failed(error);
  }
}

export async function tell(name: string, what: "pause" | "resume" | "stop"): Promise<void> {
  try {
    const run = await post<Run>(`/api/training/${encode(name)}/${what}`);
    if (run?.name) runs.value = runs.value.map((each) => (each.name === run.name ? run : each));
  } catch (error) {
    failed(error);
  }
}

export interface Wish {
  readonly name: string;
  readonly data: string;
  readonly architecture: string;
  readonly minutes: number;
  readonly options: Readonly<Record<string, unknown>>;
}

export async function begin(wish: Wish): Promise<boolean> {
  try {
    const run = await post<Run>("/api/training", { ...wish, title: wish.name, seed: 0 });
    runs.value = [run, ...runs.value.filter((one) => one.name !== run.name)];
    isNew.value = false;
    show(run.name);
    return true;
  } catch (error) {
    failed(error);
    return false;
  }
}

export async function lookAt(data: string): Promise<void> {
  dataset.value = { data };
  try {
    const report = await post<Record<string, unknown>>("/api/dataset", { data });
    if (dataset.value?.data === data) dataset.value = { data, report };
  } catch (error) {
    if (dataset.value?.data === data) dataset.value = { data, error: sentence(error) };
  }
}

export async function enter(path: string): Promise<void> {
  try {
    folder.value = await get<Folder>(`/api/folders${path ? `?path=${encode(path)}` : ""}`);
  } catch (error) {
    failed(error);
  }
}

export const fetchSample = (name: string, file: string): Promise<SampleMusic> => get(`/api/training/${encode(name)}/samples/${encode(file)}`);
