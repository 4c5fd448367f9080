/** The bar at the top: it stays in every room. */
import { Icon } from "../parts/icons";
import { Menu, NumberField, Segments } from "../parts/inputs";
import { isAuditioning } from "../sound/sound";
import { toggle } from "../state/audition";
import * as engine from "../state/engine";
import { isRecordAwaited, tap, toggleClick, toggleRecord } from "../state/commands";
import { goTo, type Room, room } from "../state/ui";
import { wire } from "../wire/wire";
import { KeyboardChip, SoundChip, StatusChip } from "./chips";

const ROOMS: ReadonlyArray<readonly [Room, string]> = [["play", "Play"], ["library", "Library"], ["train", "Train"], ["learn", "Learn"]];
const MODES = [{ value: "answer", name: "Answer" }, { value: "loop", name: "Loop" }, { value: "follow", name: "Follow" }] as const;
const METERS = ["4/4", "3/4", "2/4", "6/8", "5/4", "2/2"];

function Meter() {
  const now = engine.meter.value.join("/");
  const choices = METERS.includes(now) ? METERS : [now, ...METERS];
  return (
    <label class="picker"><span class="hidden">Meter</span>
      <select aria-label="Meter" value={now} onChange={(event) => wire.send("meter", ...event.currentTarget.value.split("/").map(Number))}>
        {choices.map((one) => <option key={one} value={one}>{one}</option>)}
      </select>
    </label>
  );
}

function Model() {
  return (
    <label class="picker model"><span>Model</span>
      <select value={engine.model.value} onChange={(event) => wire.send("model/load", event.currentTarget.value)}>
        {!engine.models.value.length && <option value={engine.model.value}>{engine.model.value || "none"}</option>}
        {engine.models.value.map((one) => <option key={one.name} value={one.name}>{one.title || one.name}</option>)}
      </select>
    </label>
  );
}

function More() {
  const has = (name: string): boolean => engine.settings.value.has(name);
  return (
    <Menu name="More settings" label={<Icon name="more" />}>
      {() => (
        <div class="stack">
          <NumberField label="Count-in" unit="bars" low={0} high={8} value={engine.numberOf("count-in")} onChange={(bars) => wire.send("count-in", bars)} />
          <NumberField label="Pick-up" unit="beats" low={0} high={8} step={0.5} value={engine.numberOf("pickup")} onChange={(beats) => wire.send("pickup", beats)} />
          {has("grid") && (
            <label class="number"><span>Bar 1 begins</span>
              <select value={String(engine.settings.value.get("grid"))} onChange={(event) => wire.send("grid", event.currentTarget.value)}>
                <option value="auto">by itself</option><option value="note">with my first note</option><option value="grid">with the bar lines</option>
              </select>
            </label>
          )}
          {has("echo") && <label class="check"><input type="checkbox" checked={engine.numberOf("echo") > 0} onChange={(event) => wire.send("echo", event.currentTarget.checked ? 1 : 0)} />Play my melody again with its answer</label>}
          {has("seed") && <NumberField label="Seed" low={0} high={2147483647} value={engine.numberOf("seed")} onChange={(seed) => wire.send("seed", seed)} />}
          {engine.mode.value === "follow" && has("ahead") && <NumberField label="Plan ahead" unit="bars" low={1} high={8} value={engine.numberOf("ahead", 2)} onChange={(bars) => wire.send("ahead", bars)} />}
          <label class="number"><span>Key</span>
            <select value={engine.key.value.isSet ? engine.key.value.name : "auto"} onChange={(event) => wire.send("key", event.currentTarget.value)}>
              <option value="auto">found{engine.key.value.isSet || !engine.key.value.name ? "" : `: ${engine.key.value.name}`}</option>
              {["C", "G", "D", "A", "E", "B", "F", "Bb", "Eb", "Ab", "Am", "Em", "Bm", "F#m", "Dm", "Gm", "Cm"].map((one) => <option key={one} value={one}>{one}</option>)}
            </select>
          </label>
          <label class="number"><span>Chords lead</span>
            <input type="text" placeholder="G D7 Em C" value={engine.leadingChords.value} onChange={(event) => wire.send("chord", ...event.currentTarget.value.split(/\s+/).filter(Boolean))} />
          </label>
        </div>
      )}
    </Menu>
  );
}

export function Transport() {
  const plays = engine.line.value.isPlaying || isAuditioning.value;
  const records = engine.state.value === "listening" || isRecordAwaited.value;
  return (
    <header class="transport">
      <div class="row">
        <h1>Continuo</h1>
        <nav aria-label="Rooms">
          {ROOMS.map(([one, name]) => <a key={one} href={`#${one}`} aria-current={room.value === one ? "page" : undefined} onClick={(event) => { event.preventDefault(); goTo(one); }}>{name}</a>)}
        </nav>
        <div class="buttons">
          <button type="button" class="record" aria-pressed={records} title="Record a new phrase (R)" onClick={toggleRecord}><Icon name="record" />Record</button>
          <button type="button" class="main" title="Play, stop (Space)" onClick={toggle}><Icon name={plays ? "stop" : "play"} />{plays ? "Stop" : "Play"}</button>
          <button type="button" aria-pressed={engine.numberOf("click") > 0} title="Click (M)" onClick={toggleClick}><Icon name="click" />Click</button>
        </div>
        <div class="time">
          <NumberField label="Tempo" unit="bpm" low={20} high={400} value={engine.bpm.value} onChange={(bpm) => wire.send("transport/tempo", bpm)} />
          <button type="button" class="quiet" title="Tap the tempo" onClick={(event) => tap(event.timeStamp)}>tap</button>
          <Meter />
        </div>
        <StatusChip />
      </div>
      <div class="row second">
        <Segments label="Mode" value={engine.mode.value} choices={MODES} onChange={(mode) => wire.send("mode", mode)} />
        <Model />
        <NumberField label="Phrase" unit="bars" low={1} high={64} value={engine.bars.value} onChange={(bars) => wire.send("bars", bars)} />
        <More />
        <span class="spring" />
        <SoundChip />
        <KeyboardChip />
      </div>
    </header>
  );
}
