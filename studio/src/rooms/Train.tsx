/** A style of one's own: how the training goes, beside what real music scores, and how it sounds. */
import { useMemo } from "preact/hooks";
import { type Curve, duration, figureCurves, lossCurves } from "../model/curves";
import { Icon } from "../parts/icons";
import { listened, listenTo } from "../sound/listen";
import { isAuditioning } from "../sound/sound";
import { line, models } from "../state/engine";
import { read } from "../state/library";
import { warn } from "../state/notices";
import * as training from "../state/training";
import { goTo } from "../state/ui";
import { sentence } from "../wire/http";
import { wire } from "../wire/wire";
import { Chart } from "./Chart";
import { NewTraining } from "./NewTraining";

const WORDS: Record<training.Run["state"], string> = {
  preparing: "Reading the music", running: "Training", pausing: "Pausing…", paused: "Paused", stopping: "Ending with the best model…", finished: "Finished", failed: "Failed", elsewhere: "Training, started in a terminal",
};

function Progress({ run }: { run: training.Run }) {
  const percent = run.state === "finished" ? 100 : Math.round(run.percent ?? 0);
  const parts = [
    run.state === "running" && training.rests.value && line.value.isPlaying ? "Resting while you play" : WORDS[run.state], `${percent} %`,
    run.seconds_left && training.isAlive(run) ? `${duration(run.seconds_left)} left` : run.seconds ? `${duration(run.seconds)} long` : "",
    run.step === null ? "" : `step ${run.step}`, run.best_step ? `best at step ${run.best_step}` : "",
  ].filter(Boolean);
  return (
    <section class="progress" aria-label={`Training ${run.name}`}>
      <progress max={100} value={percent} aria-label="Progress" />
      <div class="actions">
        <p>{parts.join(" · ")}</p>
        <span class="spring" />
        {run.state === "running" && <button type="button" onClick={() => void training.tell(run.name, "pause")}><Icon name="pause" />Pause</button>}
        {run.state === "paused" && <button type="button" class="main" onClick={() => void training.tell(run.name, "resume")}><Icon name="play" />Go on</button>}
        {(run.state === "running" || run.state === "paused") && <button type="button" onClick={() => void training.tell(run.name, "stop")}><Icon name="stop" />Stop and keep the best</button>}
        {run.model && <button type="button" class="main" disabled={!models.value.some((one) => one.name === run.name)} onClick={() => { wire.send("model/load", run.name); goTo("play"); }}>Play with it</button>}
      </div>
      {run.error ? <p class="warn">{run.error}</p> : run.said && <p class="soft said">{run.said}</p>}
      {training.isAlive(run) && (
        <div class="group wrap">
          <label class="check"><input type="checkbox" checked={training.rests.value} onChange={(event) => void training.restWhilePlaying(event.currentTarget.checked)} />Rest while I play</label>
          <span class="soft">It goes on when this page is closed, at the lowest priority.</span>
        </div>
      )}
    </section>
  );
}

async function hear(run: string, sample: training.Sample): Promise<void> {
  try {
    const music = await training.fetchSample(run, sample.file);
    const tracks = music.tracks.map((track, i) => ({ name: track.name, role: track.role, program: track.program, channel: track.is_drum ? 10 : i + 1, isDrums: track.is_drum, notes: read(track.notes, i) }));
    listenTo({ name: `${run} ${sample.file}`, melody: [], tracks, bpm: music.bpm });
  } catch (error) {
    warn(sentence(error));
  }
}

/** At most so many checkpoints side by side: the first, the last and some between. */
function spread<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]!);
}

function Samples({ run }: { run: training.Run }) {
  const all = training.samples.value.get(run.name) ?? [];
  const least = Math.min(...all.map((one) => one.number));
  const steps = spread(all.filter((one) => one.number === least), 8);
  if (!steps.length) return null;
  return (
    <section class="hearing" aria-labelledby="hearing-name">
      <h3 id="hearing-name">Hear it learn</h3>
      <div class="group wrap">
        {steps.map((one) => {
          const plays = isAuditioning.value && listened.value === `${run.name} ${one.file}`;
          return <button key={one.file} type="button" aria-pressed={plays} onClick={() => void hear(run.name, one)}><Icon name={plays ? "stop" : "play"} />step {one.step}{one.step === run.best_step ? " · best" : ""}</button>;
        })}
      </div>
    </section>
  );
}

function Charts({ name, technique }: { name: string; technique: string }) {
  const lines = training.lines.value.get(name) ?? [];
  const losses = useMemo(() => lossCurves(lines), [lines]);
  const figures = useMemo(() => figureCurves(lines), [lines]);
  if (!lines.length) return <p class="empty">The first numbers come with the first check on pieces kept aside.</p>;
  const isAdversarial = /gan/i.test(technique) || losses.some((curve) => /critic|discriminator/i.test(curve.name));
  const rows = (curves: readonly Curve[]) => <div class="charts">{curves.map((curve) => <Chart key={curve.name} curve={curve} />)}</div>;
  return (
    <>
      {figures.length > 0 && <><h3>Its music beside real music</h3><p class="soft">Dashed: what the music that it learns from scores. The nearer, the more alike.</p>{rows(figures)}</>}
      <h3>Loss</h3>
      <p class="soft">{isAdversarial ? "Two networks play against each other: these need not fall. What its music scores says more." : <><i class="key v1" />on what it learns from <i class="key v2" />on pieces kept aside. Lower is better.</>}</p>
      {rows(losses)}
      <details class="table"><summary>As a table</summary>
        <table><thead><tr><th>Step</th>{losses.map((curve) => <th key={curve.name}>{curve.title}</th>)}</tr></thead>
          <tbody>{lines.slice(-40).map((line) => <tr key={line.step}><td>{line.step}</td>{losses.map((curve) => <td key={curve.name}>{(line.valid?.[curve.name] ?? line.losses?.[curve.name])?.toFixed(3) ?? ""}</td>)}</tr>)}</tbody></table>
      </details>
    </>
  );
}

export function Train() {
  const all = training.runs.value;
  const run = all.find((one) => one.name === training.shown.value);
  const isNew = training.isNew.value || (training.isKnown.value && !run);
  return (
    <main class="other train" aria-labelledby="train-name">
      <header>
        <h2 id="train-name">Train</h2>
        {all.length > 0 && (
          <div class="segments" role="group" aria-label="Trainings">
            {all.slice(0, 5).map((one) => <button key={one.name} type="button" aria-pressed={!isNew && one.name === run?.name} onClick={() => { training.isNew.value = false; training.show(one.name); }}>{one.name}</button>)}
          </div>
        )}
        <span class="spring" />
        {!isNew && training.isKnown.value && !training.isMissing.value && <button type="button" onClick={() => (training.isNew.value = true)}>New training</button>}
      </header>
      {training.isMissing.value && <p class="empty">This server cannot train yet. In a terminal: <code>continuo train FOLDER --name mine</code></p>}
      {!isNew && !run && !training.isMissing.value && <p class="empty">Looking for trainings…</p>}
      {training.isMissing.value ? null : isNew ? <NewTraining /> : run && <><Progress run={run} /><Samples run={run} /><Charts name={run.name} technique={`${run.technique} ${run.architecture}`} /></>}
    </main>
  );
}
