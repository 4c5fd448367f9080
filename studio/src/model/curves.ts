/** Lines of a training's metrics as curves: numbers by step, with what real music scores. No screen. */

export interface Line {
  readonly step: number;
  readonly seconds?: number;
  readonly losses?: Readonly<Record<string, number | null>>;
  readonly valid?: Readonly<Record<string, number | null>>;
  readonly best?: boolean;
  readonly figures?: Readonly<Record<string, number | null>>;
  readonly training_figures?: Readonly<Record<string, number | null>>;
}

export interface Curve {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly steps: readonly number[];
  /** What was learnt from; null where nothing was measured. */
  readonly values: ReadonlyArray<number | null>;
  /** The same on pieces kept aside. */
  readonly aside: ReadonlyArray<number | null> | undefined;
  /** What real music scores. */
  readonly real: number | undefined;
  readonly best: number | undefined;
  /** The step from which on the pieces kept aside get worse while those learnt from get better. */
  readonly turn: number | undefined;
}

/** Names of the measures, as musicians would say them. */
const TITLES: Readonly<Record<string, readonly [string, string]>> = {
  empty_bar_rate: ["Empty bars", "share"],
  pitches_per_bar: ["Pitches a bar", "all voices"],
  pitches_per_bar_track: ["Pitches a bar and voice", ""],
  in_scale_c: ["In C major", "share of notes"],
  in_scale_best_key: ["In its key", "share of notes"],
  polyphonic_1: ["A note at least", "share of time"],
  polyphonic_2: ["Two notes at least", "share of time"],
  polyphonic_3: ["Three notes at least", "share of time"],
  qualified_notes: ["Notes that are not too short", "share"],
  drums_in_pattern: ["Drums in pattern", "share"],
  training_similarity: ["Nearest bar of the training music", "1: copied"],
};

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const words = (name: string): string => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll("_", " ");

/** Recent points are kept all, older ones thinned, so that a long training stays quick to draw. */
export function thinned<T>(points: readonly T[], full = 500, most = 1000): readonly T[] {
  if (points.length <= most) return points;
  const old = points.slice(0, -full);
  const every = Math.ceil(old.length / (most - full));
  return [...old.filter((_, i) => i % every === 0), ...points.slice(-full)];
}

/** Where the curve of pieces kept aside turns: its least value, if it has risen clearly since and for long. */
export function turning(steps: readonly number[], aside: ReadonlyArray<number | null>): number | undefined {
  const there = aside.flatMap((value, i) => (isNumber(value) ? [[steps[i]!, value] as const] : []));
  if (there.length < 8) return undefined;
  const least = there.reduce((best, point) => (point[1] < best[1] ? point : best));
  const after = there.filter(([step]) => step > least[0]);
  const last = after.slice(-3).map(([, value]) => value);
  return after.length >= 4 && last.every((value) => value > least[1] * 1.02) ? least[0] : undefined;
}

export function lossCurves(lines: readonly Line[]): Curve[] {
  const all = thinned(lines);
  const names = new Set<string>();
  for (const line of all) for (const of of [line.losses, line.valid]) for (const name of Object.keys(of ?? {})) names.add(name);
  const steps = all.map((line) => line.step);
  return [...names].flatMap((name): Curve[] => {
    const values = all.map((line) => line.losses?.[name] ?? null);
    const aside = all.map((line) => line.valid?.[name] ?? null);
    const hasAside = aside.some(isNumber);
    if (!hasAside && !values.some(isNumber)) return [];
    const known = (hasAside ? aside : values).filter(isNumber);
    return [{ name, title: words(name), unit: "", steps, values, aside: hasAside ? aside : undefined, real: undefined, best: Math.min(...known), turn: hasAside ? turning(steps, aside) : undefined }];
  });
}

export function figureCurves(lines: readonly Line[]): Curve[] {
  const measured = thinned(lines.filter((line) => line.figures));
  const real = measured.at(-1)?.training_figures ?? {};
  const names = Object.keys(measured.at(-1)?.figures ?? {});
  return names.flatMap((name): Curve[] => {
    const values = measured.map((line) => line.figures?.[name] ?? null);
    if (!values.some(isNumber)) return [];
    const [title, unit] = TITLES[name] ?? [words(name), ""];
    const goal = real[name];
    return [{ name, title, unit, steps: measured.map((line) => line.step), values, aside: undefined, real: isNumber(goal) ? goal : undefined, best: undefined, turn: undefined }];
  });
}

export const lastOf = (values: ReadonlyArray<number | null>): number | undefined => values.findLast(isNumber);

/** "11 min left", as one would say it. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

export const figure = (value: number | undefined): string => (value === undefined ? "–" : Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2));
