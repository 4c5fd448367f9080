/** The piano at the bottom: mouse, touch (slide for a glissando), and the computer's keys. */
import { useEffect, useRef, useState } from "preact/hooks";
import { isBlack, pitchName } from "../model/music";
import { Menu, NumberField, Slider } from "../parts/inputs";
import { voiceIndex } from "../roll/palette";
import { lit } from "../sound/sound";
import { toggleAssist } from "../state/commands";
import * as engine from "../state/engine";
import { keysPlay, octave, velocity } from "../state/ui";
import { wire } from "../wire/wire";
import { down, isPedalDown, letters, pitchOf, press, splitPitch, release, setBend, setModulation, setPedal, shiftOctave } from "./piano";

const WHITE_PX = 30;
const SHARES = [0, 0.62, 1, 1.72, 2, 3, 3.58, 4, 4.67, 5, 5.76, 6];

/** The first C in view, and how many octaves there is room for. */
function inView(width: number): readonly [number, number] {
  const octaves = Math.max(2, Math.min(6, Math.floor(width / (7 * WHITE_PX))));
  const before = Math.min(Math.max(0, Math.floor((octaves - 2) / 2)), octave.value + 1);
  const first = Math.max(0, octave.value + 1 - before);
  return [12 * first, octaves];
}

function pitchAt(box: DOMRect, x: number, y: number, first: number, octaves: number): number {
  const whites = 7 * octaves + 1;
  const at = ((x - box.left) / box.width) * whites;
  const within = Math.floor(at / 7);
  const share = at - within * 7;
  if (y - box.top < box.height * 0.62) {
    for (const black of [1, 3, 6, 8, 10]) {
      const left = SHARES[black]!;
      if (share >= left && share < left + 0.62 && within < octaves) return first + 12 * within + black;
    }
  }
  return first + 12 * within + [0, 2, 4, 5, 7, 9, 11][Math.min(6, Math.floor(share))]!;
}

/** Struck low on the key it is loud, high it is soft. */
const forceAt = (box: DOMRect, y: number): number => Math.round(velocity.value * (0.72 + 0.28 * Math.min(1, Math.max(0, (y - box.top) / box.height))));

export function Keys() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(1200);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    watch.observe(ref.current!);
    return () => watch.disconnect();
  }, []);
  const [first, octaves] = inView(width);
  const whites = 7 * octaves + 1;
  const strike = (event: PointerEvent): void => {
    const box = ref.current!.getBoundingClientRect();
    press(`pointer ${event.pointerId}`, pitchAt(box, event.clientX, event.clientY, first, octaves), event.timeStamp, forceAt(box, event.clientY));
  };
  const let_go = (event: PointerEvent): void => release(`pointer ${event.pointerId}`, event.timeStamp);
  const all = Array.from({ length: 12 * octaves + 1 }, (_, i) => first + i);
  return (
    <div ref={ref} class="keys" role="group" aria-label="Piano"
      onPointerDown={(event) => { if (event.button) return; ref.current!.setPointerCapture(event.pointerId); strike(event); event.preventDefault(); }}
      onPointerMove={(event) => { if (event.buttons) strike(event); }}
      onPointerUp={let_go} onPointerCancel={let_go} onLostPointerCapture={let_go} onContextMenu={(event) => event.preventDefault()}>
      {all.map((pitch) => {
        const within = pitch - first;
        const at = 7 * Math.floor(within / 12) + SHARES[within % 12]!;
        const sounds = lit.value.get(pitch);
        const state = down.value.has(pitch) ? " down" : sounds === undefined ? "" : ` lit v${voiceIndex(sounds)}`;
        const isLeft = pitch < splitPitch.value;
        const letter = keysPlay.value ? letters.value[pitch - pitchOf(0)] : undefined;
        return (
          <span key={pitch} class={`${isBlack(pitch) ? "black" : "white"}${isLeft ? " left" : ""}${state}`} data-pitch={pitch} style={{ left: `${(at / whites) * 100}%`, width: `${((isBlack(pitch) ? 0.62 : 1) / whites) * 100}%` }}>
            {letter ? <b>{letter}</b> : null}
            {pitch % 12 === 0 ? <small>{pitchName(pitch)}</small> : null}
          </span>
        );
      })}
    </div>
  );
}

const SPLITS = [["off", "off"], ["G2", "below G2"], ["C3", "below C3"], ["F3", "below F3"], ["C4", "below C4"]] as const;

/** The left hand's chords lead the accompaniment; the right hand plays the melody. */
function LeftHand() {
  const { key, isHeard } = engine.split.value;
  const choices = SPLITS.some(([one]) => one === key) ? SPLITS : [...SPLITS, [key, `below ${key}`] as const];
  return (
    <>
      <label class="number" title="Keys below this one are chords: the accompaniment follows them"><span>Left-hand chords</span>
        <select value={key} onChange={(event) => wire.send("split", event.currentTarget.value)}>{choices.map(([one, name]) => <option key={one} value={one}>{name}</option>)}</select>
      </label>
      {key !== "off" && <label class="check"><input type="checkbox" checked={isHeard} onChange={(event) => wire.send("split/thru", event.currentTarget.checked ? 1 : 0)} />They are heard</label>}
    </>
  );
}

const RATES = ["1/4", "1/4t", "1/8", "1/8t", "1/16", "1/16t"];

/** One of some words that Continuo knows. */
function Choice({ label, address, words }: { label: string; address: string; words: readonly string[] }) {
  return (
    <label class="number"><span>{label}</span>
      <select value={engine.wordOf(address)} onChange={(event) => wire.send(address, event.currentTarget.value)}>{words.map((one) => <option key={one}>{one}</option>)}</select>
    </label>
  );
}

/** What keys sound: another octave, chords, one after the other; a MIDI keyboard's keys as well. */
function Helpers() {
  const plays = engine.wordOf("arpeggio") !== "off";
  const { key } = engine.split.value;
  const now = [key === "off" ? "off" : `split ${key}`, engine.wordOf("auto-chord"), plays ? `${engine.wordOf("arpeggio")} ${engine.wordOf("arpeggio/rate")}` : "off"].filter((one) => one !== "off");
  return (
    <Menu name="What keys sound" label={<>Keys{now.length > 0 && <b>{now.join(", ")}</b>}</>}>
      {() => (
        <div class="stack">
          <label class="check"><input type="checkbox" checked={keysPlay.value} onChange={(event) => (keysPlay.value = event.currentTarget.checked)} />Letters play</label>
          <LeftHand />
          <NumberField label="All keys higher by" unit="octaves" low={-3} high={3} value={engine.numberOf("octave")} onChange={(octaves) => wire.send("octave", octaves)} />
          <Choice label="A key sounds a chord" address="auto-chord" words={["off", "triad", "seventh", "power"]} />
          <Choice label="Arpeggio" address="arpeggio" words={["off", "up", "down", "up-down", "random"]} />
          {plays && (
            <>
              <Choice label="Rate (t: triplets)" address="arpeggio/rate" words={RATES} />
              <NumberField label="Over" unit="octaves" low={1} high={4} value={engine.numberOf("arpeggio/octaves", 1)} onChange={(octaves) => wire.send("arpeggio/octaves", octaves)} />
              <Slider label="Length of a note" low={0.05} high={1} value={engine.numberOf("arpeggio/gate", 0.8)} format={(value) => `${Math.round(value * 100)} %`} onInput={(value) => wire.send("arpeggio/gate", value)} />
              <label class="check"><input type="checkbox" checked={engine.numberOf("arpeggio/hold") > 0} onChange={(event) => wire.send("arpeggio/hold", event.currentTarget.checked ? 1 : 0)} />Hold when the keys are let go</label>
            </>
          )}
        </div>
      )}
    </Menu>
  );
}

/** A wheel that springs back, or stays. */
function Wheel({ label, springs, onInput }: { label: string; springs: boolean; onInput: (value: number) => void }) {
  const back = (event: Event): void => {
    if (!springs) return;
    (event.currentTarget as HTMLInputElement).value = "0";
    onInput(0);
  };
  return (
    <label class="wheel"><span>{label}</span>
      <input type="range" min={springs ? -1 : 0} max={1} step={0.01} defaultValue="0" onInput={(event) => onInput(Number(event.currentTarget.value))} onPointerUp={back} onKeyUp={back} onBlur={back} />
    </label>
  );
}

export function Keyboard() {
  const strength = engine.numberOf("quantise");
  return (
    <footer class="piano" aria-label="Keyboard">
      <div class="helpers">
        <span class="group"><button type="button" aria-label="Octave down" title="Octave down (Z)" onClick={() => shiftOctave(-1)}>‹</button><output aria-label="Octave">C{octave.value}</output><button type="button" aria-label="Octave up" title="Octave up (X)" onClick={() => shiftOctave(1)}>›</button></span>
        <NumberField label="Velocity" low={12} high={127} value={velocity.value} onChange={(value) => (velocity.value = value)} />
        <button type="button" aria-pressed={isPedalDown.value} title="Sustain (hold Shift)" onClick={() => setPedal(!isPedalDown.value)}>Sustain</button>
        <Wheel label="Bend" springs onInput={setBend} />
        <Wheel label="Modulation" springs={false} onInput={setModulation} />
        <Helpers />
        {engine.leadingChords.value && <output class="chord" aria-label="Chord that leads">{engine.leadingChords.value}</output>}
        <span class="spring" />
        <span class="assist">
          <button type="button" aria-pressed={strength > 0} title="Rhythm assist (Q)" onClick={toggleAssist}>Rhythm assist</button>
          <Slider label="Strength" low={0} high={1} value={strength} format={(value) => `${Math.round(value * 100)} %`} onInput={(value) => wire.send("quantise", value)} />
        </span>
      </div>
      <Keys />
    </footer>
  );
}
