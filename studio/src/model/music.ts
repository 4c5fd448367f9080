/** Names of pitches, voices and instruments. */

const SHARPS = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];
export const isBlack = (pitch: number): boolean => [1, 3, 6, 8, 10].includes(pitch % 12);
export const pitchName = (pitch: number): string => `${SHARPS[pitch % 12]}${Math.floor(pitch / 12) - 1}`;

/** "F#2", "Bb3" or a number to the pitch; 0 for anything else ("off"). */
export function pitchNumber(name: string): number {
  const found = /^([A-G])([#b]?)(-?\d+)$/.exec(name);
  if (!found) return Number(name) || 0;
  const [, letter, sign, octave] = found;
  return 12 * (Number(octave) + 1) + [9, 11, 0, 2, 4, 5, 7]["ABCDEFG".indexOf(letter!)]! + (sign === "#" ? 1 : sign === "b" ? -1 : 0);
}

/** Bar and beat counted from 1, as musicians do: "bar 2 beat 3". */
export function placeName(beat: number, bar: number): string {
  const within = (beat % bar) + 1;
  return `bar ${Math.floor(beat / bar + 1e-9) + 1} beat ${Number(within.toFixed(2))}`;
}

export function lengthName(beats: number): string {
  const names: Record<string, string> = { "0.25": "a quarter of a beat", "0.5": "half a beat", "1": "one beat" };
  return names[String(beats)] ?? `${Number(beats.toFixed(2))} beats`;
}

/** Instruments of the bank that Continuo ships, by General MIDI program. */
export const INSTRUMENTS: ReadonlyArray<readonly [string, ReadonlyArray<readonly [number, string]>]> = [
  ["Keys", [[0, "Piano"], [1, "Bright piano"], [3, "Honky-tonk"], [4, "Rhodes"], [6, "Harpsichord"], [11, "Vibraphone"], [16, "Drawbar organ"], [19, "Church organ"]]],
  ["Strings", [[48, "Strings"], [49, "Slow strings"], [40, "Violin"], [41, "Viola"], [42, "Cello"], [44, "Tremolo"], [45, "Pizzicato"]]],
  ["Voices", [[52, "Choir"], [53, "Voice oohs"]]],
  ["Winds", [[73, "Flute"], [68, "Oboe"], [71, "Clarinet"], [70, "Bassoon"], [65, "Alto sax"]]],
  ["Brass", [[56, "Trumpet"], [60, "Horns"], [57, "Trombone"], [58, "Tuba"]]],
  ["Guitar and bass", [[24, "Nylon guitar"], [25, "Steel guitar"], [26, "Jazz guitar"], [27, "Clean guitar"], [32, "Acoustic bass"], [33, "Fingered bass"], [38, "Synth bass"]]],
  ["Synths", [[50, "Synth strings"], [80, "Square lead"], [81, "Saw lead"], [89, "Warm pad"]]],
];
const NAMES = new Map(INSTRUMENTS.flatMap(([, family]) => family));
export const instrumentName = (program: number): string => NAMES.get(program) ?? `Program ${program + 1}`;
/** The nearest program that the bank has, as `continuo render` would take. */
export function inBank(program: number): number {
  if (NAMES.has(program)) return program;
  let best = 0;
  for (const one of NAMES.keys()) {
    const family = one >> 3 === program >> 3 ? 0 : 100;
    const before = best >> 3 === program >> 3 ? 0 : 100;
    if (family + Math.abs(one - program) < before + Math.abs(best - program)) best = one;
  }
  return best;
}

/** A letter and a colour for each voice: "alto" -> A. A second of the same letter gets a number. */
export function voiceLetters(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const letter = (name.trim()[0] ?? "?").toUpperCase();
    const count = (seen.get(letter) ?? 0) + 1;
    seen.set(letter, count);
    return count === 1 ? letter : `${letter}${count}`;
  });
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** A, B, … Z, A1… of a take. */
export const takeLetter = (index: number): string => String.fromCharCode(65 + (index % 26)) + (index < 26 ? "" : String(Math.floor(index / 26)));

const DRUMS: Readonly<Record<number, string>> = {
  35: "kick 2", 36: "kick", 37: "rim", 38: "snare", 39: "clap", 40: "snare 2", 41: "tom 6", 42: "hat", 43: "tom 5", 44: "pedal hat", 45: "tom 4", 46: "open hat",
  47: "tom 3", 48: "tom 2", 49: "crash", 50: "tom 1", 51: "ride", 52: "china", 53: "bell", 54: "tambourine", 55: "splash", 56: "cowbell", 57: "crash 2", 59: "ride 2",
  60: "bongo", 61: "bongo 2", 62: "conga", 63: "conga 2", 64: "conga 3", 69: "cabasa", 70: "maracas", 75: "claves", 76: "block", 77: "block 2", 81: "triangle", 82: "shaker",
};
/** What a key of the drum kit is called; by its number if it has no name. */
export const drumName = (pitch: number): string => DRUMS[pitch] ?? `drum ${pitch}`;
