/** Tunes to begin with, and MIDI files of one's own. */
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { barBeats } from "../model/clock";
import { fromPlain, type Plain } from "../model/takes";
import { Icon } from "../parts/icons";
import { Menu } from "../parts/inputs";
import { sentence, encode, get, upload } from "../wire/http";
import { wire } from "../wire/wire";
import { bar, bpm, meter } from "../state/engine";
import { say, warn } from "../state/notices";
import * as piece from "../state/piece";

export interface Tune {
  readonly name: string;
  readonly title: string;
  readonly meter: string | readonly [number, number];
  readonly bpm: number;
  readonly bars: number;
  readonly length: number;
  readonly pickup: number;
  readonly notes: readonly Plain[];
}

interface Uploaded {
  readonly title: string;
  readonly bpm: number;
  readonly meter: string | readonly [number, number];
  readonly length: number;
  readonly melody: number;
  readonly tracks: ReadonlyArray<{ readonly name: string; readonly notes: readonly Plain[] }>;
  readonly warnings: readonly string[];
}

export const tunes = signal<readonly Tune[]>([]);
/** A file of several tracks: which one is the melody is for the musician to say. */
const opened = signal<Uploaded | undefined>(undefined);
const FIRST = "ode_to_joy";

const numbers = (text: Tune["meter"]): readonly [number, number] => {
  const [a, b] = typeof text === "string" ? text.split("/").map(Number) : text;
  return a && b ? [a, b] : [4, 4];
};

function tellTime(tune: { meter: Tune["meter"]; bpm: number }): readonly [number, number] {
  const [a, b] = numbers(tune.meter);
  if (a !== meter.value[0] || b !== meter.value[1]) {
    wire.send("meter", a, b);
    meter.value = [a, b];
  }
  if (tune.bpm && Math.abs(tune.bpm - bpm.value) > 0.01) {
    wire.send("transport/tempo", tune.bpm);
    bpm.value = tune.bpm;
  }
  return [a, b];
}

/** Lay a tune into the roll, with its meter and tempo. */
export function layTune(tune: { title: string; meter: Tune["meter"]; bpm: number; length: number; notes: readonly Plain[] }, options: { isExample?: boolean; isStep?: boolean } = {}): void {
  const [a, b] = tellTime(tune);
  piece.lay(tune.title, fromPlain(tune.notes, 0), { length: Math.max(tune.length, barBeats(a, b)), ...options });
}

/** The tunes, and one of them in the roll where nothing else is. */
export async function fetchTunes(): Promise<void> {
  try {
    tunes.value = (await get<{ melodies: Tune[] }>("/api/melodies")).melodies;
  } catch (error) {
    return warn(`The melodies cannot be had: ${sentence(error)}`);
  }
  const first = tunes.value.find((tune) => tune.name === FIRST) ?? tunes.value[0];
  if (first && !piece.melody.value.size) layTune(first, { isExample: true, isStep: false });
  example = first;
}
let example: Tune | undefined;

/** The example came before Continuo did: its meter and tempo are told now. */
export function tellExample(): void {
  if (example && piece.isExample.value) tellTime(example);
}

export async function openFile(file: File): Promise<void> {
  try {
    const read = await upload<Uploaded>(`/api/upload?name=${encode(file.name)}`, file);
    for (const warning of read.warnings) warn(warning);
    opened.value = read.tracks.length > 1 ? read : undefined;
    layTrack(read, read.melody);
    say(`“${read.title}” lies in the roll. Press N for a take of it.`);
  } catch (error) {
    warn(sentence(error));
  }
}

function layTrack(read: Uploaded, index: number): void {
  const track = read.tracks[index];
  if (track) layTune({ ...read, notes: track.notes });
}

export function TrackChoice() {
  const read = opened.value;
  if (!read) return null;
  return (
    <div class="strip-notice">
      <label>The melody of “{read.title}” is
        <select onChange={(event) => layTrack(read, Number(event.currentTarget.value))}>
          {read.tracks.map((track, i) => <option key={i} value={i} selected={i === read.melody}>{track.name || `track ${i + 1}`} ({track.notes.length} notes)</option>)}
        </select>
      </label>
      <button type="button" class="quiet" aria-label="Done" onClick={() => (opened.value = undefined)}><Icon name="close" /></button>
    </div>
  );
}

export function Melodies() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="melodies">
      <Menu name="Melodies" isWide label={<>Melodies<Icon name="down" /></>}>
        {(close) => (
          <div class="list">
            {tunes.value.map((tune) => (
              <button key={tune.name} type="button" onClick={() => { layTune(tune); close(); }}>
                <b>{tune.title}</b><small>{Math.round(tune.length / bar.value) || tune.bars} bars</small>
              </button>
            ))}
            <button type="button" onClick={() => { piece.lay("New melody", [], { length: bar.value * 4 }); close(); }}><b>An empty page</b><small>to write in</small></button>
          </div>
        )}
      </Menu>
      <button type="button" class="quiet" onClick={() => input.current?.click()}><Icon name="folder" />Open MIDI…</button>
      <input ref={input} type="file" accept=".mid,.midi,audio/midi" class="hidden" tabIndex={-1} aria-label="MIDI file" onChange={(event) => {
        const file = event.currentTarget.files?.[0];
        if (file) void openFile(file);
        event.currentTarget.value = "";
      }} />
    </div>
  );
}
