/** A band's sections as buttons: what it plays now, what it plays from the next bar line on. */
import { sections } from "../state/catalogue";
import { line, section } from "../state/engine";
import { wire } from "../wire/wire";

const SHORT: Readonly<Record<string, string>> = { a: "A", b: "B", c: "C", d: "D", intro: "Intro", fill: "Fill", break: "Break", ending: "Ending" };
/** These pass by; the others stay until another is chosen. */
const PASSING = new Set(["fill", "break", "ending"]);

export function Sections() {
  if (!sections.value.length) return null;
  const { now, next } = section.value;
  const button = ({ name, title }: { name: string; title: string }) => {
    const isComing = next === name && next !== now;
    const isOff = PASSING.has(name) && !line.value.isPlaying;
    return (
      <button key={name} type="button" class={isComing ? "coming" : ""} aria-pressed={now === name} disabled={isOff} title={isOff ? `${title}: while it plays` : title} onClick={() => wire.send("section", name)}>
        {SHORT[name] ?? title}{isComing && <span class="hidden"> comes next</span>}
      </button>
    );
  };
  return (
    <div class="sections" role="toolbar" aria-label="Sections of the band">
      <span class="soft">Section</span>
      <div class="segments">{sections.value.filter((one) => !PASSING.has(one.name)).map(button)}</div>
      <div class="group">{sections.value.filter((one) => PASSING.has(one.name)).map(button)}</div>
      <span class="soft word" aria-live="polite">{next && next !== now ? `${SHORT[next] ?? next} ${PASSING.has(next) ? "" : "on the next bar"}` : now ? "" : "the band decides"}</span>
    </div>
  );
}
