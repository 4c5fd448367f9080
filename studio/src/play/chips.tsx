/** What Continuo does, where sound comes from, which keyboard plays: one small word each. */
import { computed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Icon } from "../parts/icons";
import { Menu } from "../parts/inputs";
import { modelTitle } from "../roll/Hints";
import * as sound from "../sound/sound";
import { asked } from "../state/audition";
import { isRecordAwaited } from "../state/commands";
import * as engine from "../state/engine";
import { expected } from "../state/live";
import * as piece from "../state/piece";
import { wire } from "../wire/wire";

const barOf = (beat: number): number => Math.round(beat / engine.bar.value) + 1;

export const statusText = computed((): readonly [string, string] => {
  if (engine.connection.value === "refused") return ["off", "Open the page by the address that continuo studio printed"];
  if (engine.connection.value === "opening") return ["off", "Opening…"];
  if (engine.connection.value !== "open") return ["off", "Looking for Continuo…"];
  if (engine.worker.value.state === "loading") return ["busy", `${modelTitle.value} is loading`];
  if (asked.value && !engine.line.value.isPlaying) return ["busy", `${modelTitle.value} is composing`];
  if (sound.isAuditioning.value) return ["on", piece.take.value ? "Playing" : "Playing the melody"];
  if (isRecordAwaited.value) return ["on", "Recording: your first note is the downbeat"];
  const { bar, beat } = engine.place.value;
  const at = expected.value;
  switch (engine.state.value) {
    case "listening": return ["on", `Listening · bar ${bar}`];
    case "generating": return ["on", at === undefined ? "Composing" : `Composing · comes in on bar ${barOf(at)}`];
    case "armed": return ["on", at === undefined ? "Comes in on the next bar" : `Comes in on bar ${barOf(at)}`];
    case "playing": return ["on", `Playing · bar ${bar}, ${Math.floor(beat)}`];
    default: return engine.line.value.isPlaying ? ["on", `Bar ${bar}, ${Math.floor(beat)}`] : ["ready", "Ready: play a key"];
  }
});

export function StatusChip() {
  const [kind, text] = statusText.value;
  return <p class={`status ${kind}`}>{text}</p>;
}

function soundWord(): readonly [string, string] {
  if (sound.source.value === "out") return ["", "Continuo Out"];
  if (sound.source.value === "elsewhere") return ["warn", "In another tab"];
  if (sound.trouble.value) return ["warn", "No sound"];
  if (!sound.isAwake.value) return ["warn", "Press any key for sound"];
  if (!sound.isReady.value) return ["", "Piano is loading…"];
  return ["", sound.latencyMs.value ? `This page · ${sound.latencyMs.value} ms` : "This page"];
}

export function SoundChip() {
  const [kind, word] = soundWord();
  return (
    <Menu name={`Sound: ${word}`} label={<><Icon name="sound" /><span class={kind}>{word}</span></>}>
      {(close) => (
        <div class="stack">
          <label class="check"><input type="radio" name="sound" checked={sound.source.value === "page"} onChange={() => { sound.soundFrom("page"); void sound.wake(); close(); }} />This page sounds</label>
          <label class="check"><input type="radio" name="sound" checked={sound.source.value === "out"} onChange={() => { sound.soundFrom("out"); close(); }} />Only the MIDI port Continuo Out, to a synthesiser of yours</label>
          {sound.trouble.value && <p class="warn">{sound.trouble.value}</p>}
          {sound.source.value === "elsewhere" && <p class="soft">Another tab of this page sounds. Choose “This page sounds” to hear it here.</p>}
          {sound.latencyMs.value > 100 && <p class="warn">The way to the loudspeaker takes {sound.latencyMs.value} ms: with Bluetooth, keys are heard late. A cable is quicker.</p>}
          <p class="soft">Sampled instruments by FluidR3Mono (MIT), played in the browser. Nothing comes from the network.</p>
        </div>
      )}
    </Menu>
  );
}

/** Which MIDI keyboard plays: plugged in meanwhile it is found when one looks. */
export function KeyboardChip() {
  const { inputs, input } = engine;
  const look = (): void => void wire.send("input/list");
  useEffect(() => {
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, []);
  if (!inputs.value.length && !input.value) return null;
  const there = inputs.value.includes(input.value) || !input.value ? inputs.value : [input.value, ...inputs.value];
  return (
    <label class="picker keyboard"><span>Keyboard</span>
      <select value={input.value} title="The MIDI keyboard that plays, beside this page and Continuo In" onPointerDown={look} onFocus={look} onChange={(event) => wire.send("input", event.currentTarget.value)}>
        <option value="">This page</option>
        {there.map((name) => <option key={name} value={name}>{shortName(name)}</option>)}
      </select>
    </label>
  );
}

/** Systems add numbers of their own to a name: "Keystation 49:Keystation 49 MIDI 1 24:0". */
const shortName = (name: string): string => {
  const plain = name.replace(/ \d+:\d+$/, "");
  const [client = "", port = ""] = plain.split(":");
  return port.startsWith(client) ? port : plain;
};
