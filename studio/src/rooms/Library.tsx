/** Every take ever made: found, heard, named, starred, downloaded, brought back. */
import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Icon } from "../parts/icons";
import { Menu } from "../parts/inputs";
import { Picture, picture, type Shown } from "../roll/Picture";
import { beatOf, listened, listenTo } from "../sound/listen";
import { isAuditioning } from "../sound/sound";
import { fileName, KINDS } from "../state/downloads";
import * as library from "../state/library";
import { say, warn } from "../state/notices";
import { goTo } from "../state/ui";
import { encode, save, sentence } from "../wire/http";

const renaming = signal("");

const day = (saved: string | number): string => {
  const date = new Date(typeof saved === "number" ? saved * 1000 : saved);
  return Number.isNaN(date.getTime()) ? String(saved) : date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
};
const { modelName, nameOf } = library;
const madeBy = (take: library.Filed): string => [take.model && modelName(take.model), take.seed === null ? "" : `seed ${take.seed}`].filter(Boolean).join(" · ");

async function open(file: string): Promise<void> {
  library.opened.value = library.opened.value?.file === file ? undefined : await library.fetchWhole(file);
}

async function fetchFile(take: library.Filed, kind: string): Promise<void> {
  say(kind === "mid" || kind === "musicxml" ? "Downloading…" : "Making the sound: this takes some seconds…");
  try {
    const answer = await fetch(`/api/takes/${encode(take.file)}/download?kind=${kind}`);
    if (!answer.ok) throw new Error(((await answer.json().catch(() => ({}))) as { error?: string }).error ?? `Continuo answered ${answer.status}`);
    save(await answer.blob(), fileName(answer, kind));
  } catch (error) {
    warn(sentence(error));
  }
}

/** A picture of the take, and its sound beside it. */
async function share(whole: library.Whole): Promise<void> {
  const blob = await picture(shownOf(whole), nameOf(whole), `${madeBy(whole)} · ${whole.bars} bars · made with Continuo`);
  if (!blob) return warn("The picture could not be made.");
  save(blob, `${nameOf(whole)}.png`);
  await fetchFile(whole, "mp3");
}

function shownOf(whole: library.Whole): Shown {
  const tracks = library.tracksOf(whole);
  return { notes: [...library.read(whole.tracks[0]?.notes ?? [], 0), ...tracks.flatMap((track) => track.notes)], names: tracks.map((track) => track.name), drumVoices: new Set(tracks.flatMap((track, i) => (track.isDrums ? [i + 1] : []))), length: whole.length, meter: library.meterOf(whole.meter), chords: whole.chords };
}

function Opened({ whole }: { whole: library.Whole }) {
  const shown = useMemo(() => shownOf(whole), [whole]);
  const plays = isAuditioning.value && listened.value === whole.file;
  return (
    <div class="opened">
      <Picture shown={shown} label={`Piano roll of ${nameOf(whole)}`} beat={() => beatOf(whole.file)} />
      <div class="actions">
        <button type="button" class="main" onClick={() => listenTo({ name: whole.file, melody: library.read(whole.tracks[0]?.notes ?? [], 0), tracks: library.tracksOf(whole), bpm: whole.bpm })}><Icon name={plays ? "stop" : "play"} />{plays ? "Stop" : "Hear"}</button>
        <button type="button" onClick={() => library.reopen(whole)}>Open in Play</button>
        {KINDS.map(([kind, name]) => <button key={kind} type="button" class="quiet" onClick={() => void fetchFile(whole, kind)}>{name.replace("Download ", "")}</button>)}
        <button type="button" class="quiet" onClick={() => void share(whole)}>Picture and sound</button>
        <span class="spring" />
        <span class="soft">{[whole.key, Object.entries(whole.controls).map(([name, value]) => `${name} ${Number(value).toFixed(2)}`).join(", ")].filter(Boolean).join(" · ")}</span>
      </div>
    </div>
  );
}

function Title({ take }: { take: library.Filed }) {
  if (renaming.value !== take.file) return <button type="button" class="title" aria-expanded={library.opened.value?.file === take.file} onClick={() => void open(take.file)}>{nameOf(take)}</button>;
  const done = (text: string): void => {
    renaming.value = "";
    if (text.trim() && text.trim() !== take.title) void library.change(take.file, { title: text.trim() });
  };
  return (
    <input type="text" maxLength={80} aria-label="Title" defaultValue={take.title} ref={(field) => field?.select()}
      onKeyDown={(event) => { if (event.key === "Enter") done(event.currentTarget.value); else if (event.key === "Escape") renaming.value = ""; }} onBlur={(event) => done(event.currentTarget.value)} />
  );
}

function Row({ take }: { take: library.Filed }) {
  const isOpen = library.opened.value?.file === take.file;
  return (
    <li class={isOpen ? "open" : ""}>
      <div class="line">
        <button type="button" class={`quiet star${take.starred ? " on" : ""}`} aria-pressed={take.starred} aria-label={`Star ${nameOf(take)}`} onClick={() => void library.change(take.file, { starred: !take.starred })}><Icon name="star" /></button>
        <Title take={take} />
        <span class="soft">{madeBy(take)}</span>
        <span class="soft bars">{take.bars} bars · {Math.round(take.bpm)} bpm</span>
        <time class="soft">{day(take.saved)}</time>
        <Menu name={`${nameOf(take)}: more`} label={<Icon name="more" />}>
          {(close) => (
            <div class="list">
              <button type="button" onClick={() => { renaming.value = take.file; close(); }}>Rename</button>
              {KINDS.map(([kind, name]) => <button key={kind} type="button" onClick={() => { void fetchFile(take, kind); close(); }}>{name}</button>)}
              <button type="button" onClick={() => { void library.discard(take); close(); }}>Delete</button>
            </div>
          )}
        </Menu>
      </div>
      {isOpen && <Opened whole={library.opened.value!} />}
    </li>
  );
}

let timer = 0;
export function Library() {
  const { filed, count, search, onlyStarred, hasMore, isLoading } = library;
  const isFiltered = search.value.trim() !== "" || onlyStarred.value;
  return (
    <main class="other library" aria-labelledby="library-name">
      <header>
        <h2 id="library-name">Library</h2>
        <span class="soft">{count.value === 1 ? "1 take" : `${count.value} takes`}</span>
        <span class="spring" />
        <label class="check"><input type="checkbox" checked={onlyStarred.value} onChange={(event) => { onlyStarred.value = event.currentTarget.checked; void library.fetchTakes(); }} />Starred only</label>
        <input type="search" placeholder="Search titles and models" aria-label="Search the library" value={search.value} onInput={(event) => {
          search.value = event.currentTarget.value;
          clearTimeout(timer);
          timer = window.setTimeout(() => void library.fetchTakes(), 200);
        }} />
      </header>
      {!filed.value.length && !isLoading.value && (isFiltered
        ? <p class="empty">Nothing is found. <button type="button" onClick={() => { search.value = ""; onlyStarred.value = false; void library.fetchTakes(); }}>Show all</button></p>
        : <p class="empty">Nothing yet: every take you make lies here by itself. <button type="button" onClick={() => goTo("play")}>Make one</button></p>)}
      {filed.value.length > 0 && <ul class="shelf">{filed.value.map((take) => <Row key={take.file} take={take} />)}</ul>}
      {hasMore.value && <p class="empty"><button type="button" onClick={() => void library.fetchTakes(true)}>Older takes</button></p>}
    </main>
  );
}
