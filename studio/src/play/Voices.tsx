/** Who sounds: you and the voices of the take, each with instrument, volume, mute and solo. */
import { capital, inBank, instrumentName, INSTRUMENTS } from "../model/music";
import { voiceIndex } from "../roll/palette";
import { letters } from "../roll/view";
import * as sound from "../sound/sound";
import { DRUMS } from "../sound/synth";
import { ownPrograms } from "../state/audition";
import * as engine from "../state/engine";
import * as piece from "../state/piece";
import { wire } from "../wire/wire";
import { Melodies } from "./Melodies";

interface Voice {
  readonly voice: number;
  readonly name: string;
  readonly letter: string;
  readonly channel: number;
}

/** Before there is a take the voices are those that the model will have. */
function voices(): Voice[] {
  const you: Voice = { voice: 0, name: "You", letter: "Y", channel: 0 };
  const tracks = piece.tracks.value.map((track, i) => ({ voice: i + 1, name: capital(track.name), letter: letters.value[i + 1] ?? "", channel: track.channel - 1 }));
  return [you, ...tracks];
}

function choose(voice: Voice, program: number): void {
  ownPrograms.value = new Map(ownPrograms.value).set(voice.channel, program);
  sound.change(voice.channel, { program });
  if (voice.voice > 0) wire.send("program", piece.tracks.value[voice.voice - 1]!.name, program);
}

function Strip({ voice }: { voice: Voice }) {
  const strip = sound.strips.value.get(voice.channel) ?? sound.stripOf(voice.channel);
  const program = inBank(strip.program);
  return (
    <li class="strip">
      <i class={`chip v${voiceIndex(voice.voice)}`} aria-hidden="true">{voice.letter}</i>
      <b>{voice.name}</b>
      <span class="ms">
        <button type="button" aria-pressed={strip.isMuted} aria-label={`Mute ${voice.name}`} title="Mute" onClick={() => sound.change(voice.channel, { isMuted: !strip.isMuted })}>M</button>
        <button type="button" class="solo" aria-pressed={strip.isSolo} aria-label={`Solo ${voice.name}`} title="Solo" onClick={() => sound.change(voice.channel, { isSolo: !strip.isSolo })}>S</button>
      </span>
      {voice.channel === DRUMS ? <small>Drums</small> : (
        <select aria-label={`Instrument of ${voice.name}`} title={instrumentName(program)} value={program} onChange={(event) => choose(voice, Number(event.currentTarget.value))}>
          {INSTRUMENTS.map(([family, all]) => <optgroup key={family} label={family}>{all.map(([one, name]) => <option key={one} value={one}>{name}</option>)}</optgroup>)}
        </select>
      )}
      <input type="range" aria-label={`Volume of ${voice.name}`} min={0} max={1} step={0.01} value={strip.volume} onInput={(event) => sound.change(voice.channel, { volume: Number(event.currentTarget.value) })} />
    </li>
  );
}

export function Voices() {
  const all = voices();
  return (
    <section class="voices" aria-labelledby="voices-name">
      <h2 id="voices-name" class="hidden">Voices</h2>
      <ul>{all.map((voice) => <Strip key={`${voice.voice} ${voice.name}`} voice={voice} />)}</ul>
      {all.length === 1 && <p class="soft">The voices of {engine.models.value.find((one) => one.name === engine.model.value)?.title ?? "the model"} appear here with its first take.</p>}
      <Melodies />
    </section>
  );
}
