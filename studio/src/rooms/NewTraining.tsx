/** What to learn from, which kind of network, how long: three lines and a button. */
import { signal } from "@preact/signals";
import { NumberField } from "../parts/inputs";
import * as training from "../state/training";
import { goTo } from "../state/ui";

const chosen = signal("");
const minutes = signal(30);
const name = signal("mine");
const options = signal<Readonly<Record<string, string>>>({});
const isChoosing = signal(false);

function choose(data: string): void {
  isChoosing.value = false;
  void training.lookAt(data);
}

function Folders() {
  const there = training.folder.value;
  if (!there) return <p class="soft">Reading…</p>;
  const below = (one: string): string => `${there.path.replace(/\/$/, "")}/${one}`;
  return (
    <div class="folders">
      <div class="head"><code>{there.path}</code><button type="button" class="main" disabled={!there.midi_files && !there.folders.some((one) => one.midi_files)} onClick={() => choose(there.path)}>Learn from this folder</button></div>
      <ul>
        {there.parent && <li><button type="button" class="quiet" onClick={() => void training.enter(there.parent!)}>‹ up</button></li>}
        {there.folders.map((one) => <li key={one.name}><button type="button" class="quiet" onClick={() => void training.enter(below(one.name))}>{one.name}</button><span class="soft">{one.midi_files ? `${one.midi_files} MIDI files` : ""}</span></li>)}
      </ul>
    </div>
  );
}

const count = (value: unknown): number => (typeof value === "number" ? value : 0);

function Report() {
  const there = training.dataset.value;
  if (!there) return <p class="soft">A folder of MIDI files, with all folders in it. A hundred pieces of one kind are a good beginning.</p>;
  if (there.error) return <p class="warn">{there.error}</p>;
  if (!there.report) return <p class="soft">Reading the music…</p>;
  const report = there.report;
  const out = Array.isArray(report.left_out) ? report.left_out.length : count(report.left_out);
  const keys = Object.entries((report.keys ?? {}) as Record<string, number>).sort((a, b) => b[1] - a[1]).slice(0, 4);
  const tracks = Array.isArray(report.tracks) ? report.tracks.length : 0;
  return (
    <div>
      <p><b>{count(report.train) + count(report.valid) || count(report.pieces)} pieces</b>, {count(report.bars)} bars{tracks ? `, ${tracks} parts` : ""}; {count(report.valid)} kept aside to check against; {out} left out{count(report.duplicates) ? `, ${count(report.duplicates)} copies found` : ""}.</p>
      {keys.length > 0 && <p class="soft">Keys: {keys.map(([key, number]) => `${key} (${number})`).join(", ")}</p>}
      {Object.entries((report.refused ?? {}) as Record<string, number>).map(([reason, number]) => <p key={reason} class="soft">{number} × {reason}</p>)}
    </div>
  );
}

const KINDS: Readonly<Record<string, string>> = { chorale: "transformer", harmoniser: "transformer", arcnn: "ar-cnn" };
const lesson = (architecture: string): string => KINDS[architecture] ?? (architecture.includes("gan") ? "gan" : "transformer");

export function NewTraining() {
  const all = training.architectures.value;
  const kind = all.find((one) => one.name === chosen.value) ?? all[0];
  const data = training.dataset.value;
  const start = (): void => {
    if (!kind || !data?.report) return;
    const set = Object.fromEntries(Object.entries(options.value).filter(([, text]) => text.trim()).map(([key, text]) => [key, Number(text)]));
    void training.begin({ name: name.value, data: data.data, architecture: kind.name, minutes: minutes.value, options: set });
  };
  return (
    <section class="new" aria-label="New training">
      <div class="step"><b>1</b><h3>Music</h3>
        <div>
          <div class="group"><button type="button" aria-expanded={isChoosing.value} onClick={() => { isChoosing.value = !isChoosing.value; if (isChoosing.value) void training.enter(training.folder.value?.path ?? ""); }}>Choose a folder…</button><button type="button" onClick={() => choose("chorales")}>Bach's chorales</button></div>
          {data && <p><code>{data.data}</code></p>}
          {isChoosing.value ? <Folders /> : <Report />}
        </div>
      </div>
      <div class="step"><b>2</b><h3>Kind</h3>
        <div class="kinds" role="radiogroup" aria-label="Kind of network">
          {all.map((one) => (
            <label key={one.name} class="kind"><input type="radio" name="kind" checked={one.name === kind?.name} onChange={() => { chosen.value = one.name; options.value = {}; }} />
              <span><b>{one.name}</b> <small class="soft">{one.technique}</small><br /><span class="soft">{one.description}</span></span>
            </label>
          ))}
          {kind && <p><a href={`#learn/${lesson(kind.name)}`} onClick={(event) => { event.preventDefault(); goTo("learn", lesson(kind.name)); }}>What it does to your melody</a></p>}
          {kind && kind.options.length > 0 && (
            <details><summary>Options</summary>
              <div class="options">{kind.options.map((one) => <label key={one.name} class="number"><span>{one.name.replaceAll("_", " ")}</span><input type="text" inputMode="decimal" placeholder={String(one.default)} value={options.value[one.name] ?? ""} onInput={(event) => (options.value = { ...options.value, [one.name]: event.currentTarget.value })} /></label>)}</div>
            </details>
          )}
        </div>
      </div>
      <div class="step"><b>3</b><h3>Start</h3>
        <div class="group wrap">
          <label class="number"><span>Name</span><input type="text" maxLength={40} value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} /></label>
          <NumberField label="Time" unit="minutes" low={1} high={2880} value={minutes.value} onChange={(value) => (minutes.value = value)} />
          <button type="button" class="main" disabled={!data?.report || !kind || !name.value.trim()} onClick={start}>Start the training</button>
        </div>
      </div>
    </section>
  );
}
