/** What can be asked of the model: its own controls, the chain, and rhythm assist. */
import { Slider } from "../parts/inputs";
import * as engine from "../state/engine";
import { aboutModel } from "../state/catalogue";
import { wire } from "../wire/wire";

/** The key is chosen by its name, in the settings of the bar at the top. */
const SET_ELSEWHERE = "key";

function chainWith(name: string): void {
  wire.send("then", ...(name ? [...engine.chain.value, name] : []));
}

function Chain() {
  const others = engine.models.value.filter((one) => one.name !== engine.model.value);
  if (!others.length || engine.mode.value === "follow") return null;
  const title = (name: string): string => engine.models.value.find((one) => one.name === name)?.title || name;
  return (
    <div class="chain">
      <span>then</span>
      {engine.chain.value.map((name) => <b key={name}>{title(name)}</b>)}
      <select aria-label="Then this model" value="" onChange={(event) => chainWith(event.currentTarget.value === "none" ? "" : event.currentTarget.value)}>
        <option value="">{engine.chain.value.length ? "and…" : "nothing more"}</option>
        {engine.chain.value.length > 0 && <option value="none">nothing more</option>}
        {others.map((one) => <option key={one.name} value={one.name}>{one.title || one.name} ({one.technique})</option>)}
      </select>
    </div>
  );
}

export function Controls() {
  const about = aboutModel(engine.model.value);
  const title = about?.title ?? engine.models.value.find((one) => one.name === engine.model.value)?.title ?? engine.model.value;
  return (
    <section class="controls" aria-labelledby="controls-name">
      <div class="head"><h2 id="controls-name">{title}</h2></div>
      {about?.description && <p class="soft about">{about.description}</p>}
      {engine.controls.value.filter((one) => one.name !== SET_ELSEWHERE).map((one) => {
        const known = about?.controls.find((each) => each.name === one.name);
        const format = (value: number): string => `${value.toFixed(one.high - one.low > 20 ? 0 : 2)}${one.unit ? ` ${one.unit}` : ""}`;
        return (
          <Slider key={one.name} label={one.title} low={one.low} high={one.high} value={one.value} standard={one.default} help={known?.description} format={format}
            onInput={(value) => {
              engine.controls.value = engine.controls.value.map((each) => (each.name === one.name ? { ...each, value } : each));
              wire.send("control", one.name, value);
            }} />
        );
      })}
      <Chain />
    </section>
  );
}
