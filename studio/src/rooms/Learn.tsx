/** Short lessons: what each kind of network does to the melody that lies in the roll. */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { Icon } from "../parts/icons";
import { Picture } from "../roll/Picture";
import { beatOf, listened, listenTo } from "../sound/listen";
import { isAuditioning } from "../sound/sound";
import { ask, asked } from "../state/audition";
import { type About, catalogue } from "../state/catalogue";
import * as engine from "../state/engine";
import * as piece from "../state/piece";
import { detail, goTo } from "../state/ui";
import type { Take } from "../model/takes";
import { wire } from "../wire/wire";

interface Lesson {
  readonly name: string;
  readonly title: string;
  readonly line: string;
  readonly isIts: (model: About) => boolean;
  readonly text: ComponentChildren;
  readonly look: string;
}

const LESSONS: readonly Lesson[] = [
  {
    name: "gan", title: "GAN", line: "two networks play against each other",
    isIts: (model) => /gan/i.test(`${model.architecture} ${model.name}`),
    text: (
      <>
        <p>One network, the <b>generator</b>, gets your melody and paints the other voices beside it, all bars at once, as one would paint a picture. Another, the <b>critic</b>, has seen real music and says how unlike it that is.</p>
        <p>Each learns from the other: the critic to tell painted from real, the generator to leave it nothing to tell. What it is good at is texture: how dense, how high, how even. What it does not know is order: no bar hears the one before it more than the one after it.</p>
      </>
    ),
    look: "Look for bars that are alike in kind, and for voices that move together.",
  },
  {
    name: "ar-cnn", title: "AR-CNN", line: "adds and removes notes, one at a time",
    isIts: (model) => model.technique === "edit",
    text: (
      <>
        <p>This network looks at your melody as at a picture of notes, and says for each place how much it would like to <b>add</b> a note there, or take one <b>away</b>. One of these is drawn by lot; then it looks again. After some dozens of such steps the melody is another one, and still yours.</p>
        <p>It learnt this by being given real music with notes wrongly added or left out, and mending it. So it mends towards what it knows. Its controls say how many notes it may add and remove.</p>
      </>
    ),
    look: "Hatched notes were removed; those with a plus were added.",
  },
  {
    name: "transformer", title: "Transformer", line: "reads what was played and says what comes next",
    isIts: (model) => model.technique === "extend" || /chorale|transformer|harmoniser/i.test(model.architecture),
    text: (
      <>
        <p>A Transformer reads music as a line of small words: this pitch, this long, a bar line. For each next word it looks back at all that came before, and weighs what of it matters here: the theme at the beginning, the note just struck, the chord under it. Then one word is drawn by lot among the likely ones, and it reads on.</p>
        <p><b>Surprise</b> is how boldly it draws: at 0 always the likeliest word, higher up the unlikelier too. The same seed draws the same.</p>
      </>
    ),
    look: "Look for your own turns of phrase that come again, and for the close at the end.",
  },
];

const BUSY = ["composing…", "Try it on my melody"] as const;

function tryIt(model: About): void {
  if (engine.model.value !== model.name) wire.send("model/load", model.name);
  ask({ plays: false });
}

function Result({ take, title }: { take: Take | undefined; title: string }) {
  const melody = piece.inOrder.value.filter((note) => note.voice === 0);
  const shown = useMemo(() => ({
    notes: [...(take?.melody.length ? take.melody : melody), ...(take?.tracks.flatMap((track) => track.notes) ?? [])], names: take?.tracks.map((track) => track.name) ?? [],
    length: Math.max(piece.length.value, take?.length ?? 0), meter: engine.meter.value, edits: take?.edits ?? [],
  }), [take, piece.melody.value, piece.length.value]);
  const name = `lesson ${take?.id ?? "melody"}`;
  const plays = isAuditioning.value && listened.value === name;
  return (
    <div class="result">
      <Picture shown={shown} label={take ? `Your melody with what the ${title} made of it` : "Your melody"} beat={() => beatOf(name)} />
      <div class="actions">
        <button type="button" class="main" onClick={() => listenTo({ name, melody: take?.melody.length ? take.melody : melody, tracks: take?.tracks ?? [], bpm: engine.bpm.value })}><Icon name={plays ? "stop" : "play"} />{plays ? "Stop" : "Hear"}</button>
        <span class="soft">{take ? `by ${engine.models.value.find((one) => one.name === take.model)?.title ?? take.model}, seed ${take.seed}` : `“${piece.title.value}”, as it lies in the roll`}</span>
      </div>
    </div>
  );
}

function Page({ lesson }: { lesson: Lesson }) {
  const models = catalogue.value.filter(lesson.isIts);
  const take = piece.takes.value.findLast((one) => models.some((model) => model.name === one.model));
  return (
    <article class="lesson">
      <h3>{lesson.title}: {lesson.line}</h3>
      {lesson.text}
      <Result take={take} title={lesson.title} />
      <div class="actions">
        {models.slice(0, 3).map((model) => <button key={model.name} type="button" disabled={asked.value !== undefined || !piece.melody.value.size} onClick={() => tryIt(model)}>{asked.value ? BUSY[0] : `${BUSY[1]} with ${model.title}`}</button>)}
        {!models.length && <p class="soft">No model of this kind is installed. <a href="#train" onClick={(event) => { event.preventDefault(); goTo("train"); }}>Train one</a>.</p>}
      </div>
      {take && <p class="soft">{lesson.look} Press again for another: each has a seed of its own.</p>}
    </article>
  );
}

export function Learn() {
  const lesson = LESSONS.find((one) => one.name === detail.value) ?? LESSONS[0]!;
  return (
    <main class="other learn" aria-labelledby="learn-name">
      <header>
        <h2 id="learn-name">Learn</h2>
        <div class="segments" role="group" aria-label="Lessons">
          {LESSONS.map((one) => <button key={one.name} type="button" aria-pressed={one === lesson} onClick={() => goTo("learn", one.name)}>{one.title}</button>)}
        </div>
      </header>
      <Page lesson={lesson} />
    </main>
  );
}
