/** Who sounds: you and the voices of the take, each with instrument, volume, mute and solo. */
import { capital, inBank, instrumentName, INSTRUMENTS, voiceLetters } from "../model/music";
import { voiceIndex } from "../roll/palette";
import { letters } from "../roll/view";
import * as sound from "../sound/sound";
import { DRUMS } from "../sound/synth";
import * as engine from "../state/engine";
import { instrument, level, MELODY, mute, solo } from "../state/mixing";
import * as piece from "../state/piece";
import { Melodies } from "./Melodies";

interface Voice {
  readonly voice: number;
  readonly name: string;
  /** What Continuo calls it. */
  readonly track: string;
  readonly letter: string;
  readonly channel: number;
}

/** Before there is a take the voices are those that the model will have. */
function voices(): Voice[] {
  const you: Voice = { voice: 0, name: "You", track: MELODY, letter: "Y", channel: 0 };
  const made = piece.tracks.value.map((track) => ({ name: track.name, channel: track.channel - 1 }));
  const all = made.length ? made : engine.tracks.value.filter((track) => track.name !== MELODY);
  const named = made.length ? letters.value.slice(1) : voiceLetters(all.map((track) => track.name));
  return [you, ...all.map(({ name, channel }, i) => ({ voice: i + 1, name: capital(name), track: name, letter: named[i] ?? "", channel }))];
}

function Strip({ voice }: { voice: Voice }) {
  const strip = sound.strips.value.get(voice.channel) ?? sound.stripOf(voice.channel);
  const program = inBank(strip.program);
  return (
    <li class="strip">
      <i class={`chip v${voiceIndex(voice.voice)}`} aria-hidden="true">{voice.letter}</i>
      <b>{voice.name}</b>
      <span class="ms">
        <button type="button" aria-pressed={strip.isMuted} aria-label={`Mute ${voice.name}`} title="Mute" onClick={() => mute(voice.track, voice.channel, !strip.isMuted)}>M</button>
        <button type="button" class="solo" aria-pressed={strip.isSolo} aria-label={`Solo ${voice.name}`} title="Solo" onClick={() => solo(voice.track, voice.channel, !strip.isSolo)}>S</button>
      </span>
      {voice.channel === DRUMS ? <small>Drums</small> : (
        <select aria-label={`Instrument of ${voice.name}`} title={instrumentName(program)} value={program} onChange={(event) => instrument(voice.track, voice.channel, Number(event.currentTarget.value))}>
          {INSTRUMENTS.map(([family, all]) => <optgroup key={family} label={family}>{all.map(([one, name]) => <option key={one} value={one}>{name}</option>)}</optgroup>)}
        </select>
      )}
      <input type="range" aria-label={`Volume of ${voice.name}`} min={0} max={1} step={0.01} value={strip.volume} onInput={(event) => level(voice.track, voice.channel, Number(event.currentTarget.value))} />
    </li>
  );
}

export function Voices() {
  const all = voices();
  return (
    <section class="voices" aria-labelledby="voices-name">
      <h2 id="voices-name" class="hidden">Voices</h2>
      <ul class={all.length > 4 ? "many" : undefined}>{all.map((voice) => <Strip key={`${voice.voice} ${voice.name}`} voice={voice} />)}</ul>
      {all.length === 1 && <p class="soft">The voices of {engine.models.value.find((one) => one.name === engine.model.value)?.title ?? "the model"} appear here with its first take.</p>}
      <Melodies />
    </section>
  );
}
