/** Asking for takes, and hearing them: on the page while the song stands still, in Continuo else. */
import { effect, signal } from "@preact/signals";
import { type Note, sorted } from "../model/notes";
import { isSameTune, type Take, TakeReader } from "../model/takes";
import type { Heard } from "../sound/player";
import { listened } from "../sound/listen";
import * as sound from "../sound/sound";
import { encode, patch, sentence } from "../wire/http";
import { pageSeconds, type Value, wire } from "../wire/wire";
import { bpm, line, mode, model, numberOf } from "./engine";
import { say, warn } from "./notices";
import * as piece from "./piece";

const NOTES_PER_MESSAGE = 40;
const LONGEST_TITLE = 80;
const UNNAMED: ReadonlySet<string> = new Set(["", "Your phrase", "New melody"]);
/** What takes that were asked for are called once they are saved. */
const named = new Map<string, string>();
/** What was asked for and has not come: since when, in page seconds. */
export const asked = signal<{ readonly id: string; readonly since: number; readonly model: string; readonly plays: boolean } | undefined>(undefined);
export const blind = signal<readonly string[] | undefined>(undefined);
/** Where the page plays from, in beats. */
export const caret = signal(0);
/** Chosen instruments of the player's own, by channel: what a take asks for does not change them. */
export const ownPrograms = signal<ReadonlyMap<number, number>>(new Map());

let count = 0;
const run = Math.floor(Date.now() / 1000).toString(36);
/** What takes are asked for: the melody, without changes that nobody has decided on. */
const tune = (): Note[] => sorted(piece.melody.value.values());

/** Takes of the tune that lies there, in the order in which they were made. */
export const takesHere = (): readonly Take[] => {
  const here = tune();
  return piece.takes.value.filter((take) => take.verdict !== "dropped" && (take.id === piece.chosen.value || isSameTune(take.melody, here)));
};

function nextSeed(): number {
  const there = takesHere().filter((take) => take.model === model.value).map((take) => take.seed);
  return there.length ? Math.max(...there) + 1 : numberOf("seed");
}

/** Send the melody that lies there, and have a take made of it. */
export function ask(options: { plays?: boolean; seed?: number } = {}): void {
  const notes = tune().filter((note) => note.start < piece.length.value);
  if (!notes.length) return say("There is no melody yet: play one, choose one from Melodies, or drop a MIDI file.");
  const id = `s${run}-${++count}`;
  const messages: Array<[string, ...Value[]]> = [["melody/begin", id, piece.length.value]];
  for (let i = 0; i < notes.length; i += NOTES_PER_MESSAGE) {
    const part = notes.slice(i, i + NOTES_PER_MESSAGE);
    messages.push(["melody/note", ...part.flatMap((note) => [note.pitch, note.start, Math.min(note.duration, piece.length.value - note.start), note.velocity, 0])]);
  }
  messages.push(["melody/end", id], ["generate", id, options.seed ?? nextSeed()]);
  if (!wire.sendAll(messages)) return warn("Continuo is not there at the moment: the melody stays here, ask again when it is back.");
  if (!UNNAMED.has(piece.title.value)) named.set(id, piece.title.value.slice(0, LONGEST_TITLE));
  asked.value = { id, since: pageSeconds(), model: model.value, plays: options.plays ?? sound.player.isPlaying };
}

/** Fill these beats of the melody that lies there anew. */
export function fill(begin: number, end: number): void {
  const id = `s${run}-${++count}`;
  if (wire.send("fill", begin, end, id)) asked.value = { id, since: pageSeconds(), model: model.value, plays: sound.player.isPlaying };
}

// -- hearing ------------------------------------------------------------------------------------

export function heardNotes(): Heard[] {
  const tracks = piece.tracks.value;
  return piece.inOrder.value.map((note) => ({ ...note, channel: note.voice === 0 ? 0 : (tracks[note.voice - 1]?.channel ?? note.voice + 1) - 1 }));
}

export function play(from = caret.value): void {
  void sound.wake();
  if (sound.source.value === "out") {
    wire.send("transport/start");
    return;
  }
  const begin = from < piece.shownLength.value ? from : 0;
  listened.value = "";
  sound.isAuditioning.value = true;
  sound.player.start(heardNotes(), { bpm: bpm.value, length: piece.shownLength.value, at: pageSeconds() + 0.08, from: begin, isLooped: mode.value === "loop" });
  sound.hurry();
}

/** Space: what plays stops; else the piece plays, with a take of the model that is chosen. */
export function toggle(): void {
  if (line.value.isPlaying) wire.send("transport/stop");
  else if (sound.player.isPlaying) sound.stopAudition();
  else if (asked.value?.plays) asked.value = { ...asked.value, plays: false };
  else if (piece.take.value || !piece.melody.value.size || sound.source.value === "out") play();
  else ask({ plays: true });
}

/** Hear a take (empty: the melody alone) in place, from the same beat. */
export function hear(id: string): void {
  piece.chosen.value = id;
  piece.selected.value = new Set();
  if (!sound.player.isPlaying && !line.value.isPlaying) play();
}

// What is changed while it plays is heard from the next notes on.
effect(() => {
  const notes = heardNotes();
  const length = piece.shownLength.value;
  if (sound.player.isPlaying && !listened.peek()) sound.player.change(notes, length);
});
effect(() => {
  const tempo = bpm.value;
  if (!listened.peek()) sound.player.tempo(tempo);
});
effect(() => {
  if (line.value.isPlaying) sound.stopAudition();
});
effect(() => {
  for (const track of piece.tracks.value) {
    const channel = track.channel - 1;
    const program = ownPrograms.value.get(channel) ?? track.program;
    if (!track.isDrums && sound.strips.peek().get(channel)?.program !== program) sound.change(channel, { program });
  }
});

// -- takes that come ----------------------------------------------------------------------------

const reader = new TakeReader();
let isPictured = false;
wire.on("hello", () => {
  // Takes that are here stay here: a bridge that was started anew knows them no more.
  isPictured = false;
  asked.value = undefined;
});
wire.on("picture", () => {
  isPictured = true;
  if (!piece.take.value) piece.chosen.value = takesHere().at(-1)?.id ?? "";
});
wire.on("clip/begin", (values) => reader.begin(values));
wire.on("clip/track", (values) => reader.track(values));
wire.on("clip/notes", (values) => reader.notes(values));
wire.on("clip/melody", (values) => reader.melody(values));
wire.on("edit", (values) => reader.edit(values));
wire.on("clip/end", (values) => {
  const take = reader.end(values);
  if (!take) return;
  const before = piece.takes.value.find((one) => one.id === take.id);
  const made = before ? { ...take, verdict: before.verdict, file: before.file } : take;
  piece.takes.value = before ? piece.takes.value.map((one) => (one.id === take.id ? made : one)) : [...piece.takes.value, made];
  if (isPictured) arrived(made);
});

function arrived(take: Take): void {
  const wanted = asked.value?.id === take.id ? asked.value : undefined;
  if (wanted) asked.value = undefined;
  if (wanted || isSameTune(take.melody, tune())) piece.chosen.value = take.id;
  if (wanted?.plays && !sound.player.isPlaying && !line.value.isPlaying) play();
}

wire.on("clip/sounds", ([id]) => {
  const take = piece.takes.value.find((one) => one.id === String(id));
  if (!take || piece.chosen.value === take.id) return;
  if (!isSameTune(take.melody, tune()) && take.melody.length) piece.lay("Your phrase", take.melody, { length: take.length, chosen: take.id });
  else piece.chosen.value = take.id;
});
wire.on("error", ([address]) => {
  if (["generate", "melody/", "fill"].some((name) => String(address).includes(name))) asked.value = undefined;
});
wire.on("take", ([id, verdict]) => mark(String(id), { verdict: verdict as Take["verdict"] }));
wire.on("saved", ([id, path]) => {
  const file = String(path).split(/[\\/]/).at(-1)?.replace(/\.mid$/, "") ?? "";
  mark(String(id), { file });
  name(String(id), file);
});

/** Takes of a melody that has a name are called by it in the library. */
function name(id: string, file: string): void {
  const title = named.get(id);
  if (!title || !file) return;
  named.delete(id);
  void patch(`/api/takes/${encode(file)}`, { title }).catch((error: unknown) => warn(sentence(error)));
}

function mark(id: string, part: Partial<Take>): void {
  piece.takes.value = piece.takes.value.map((take) => (take.id === id ? { ...take, ...part } : take));
}

export function keep(id: string): void {
  if (wire.send("take/keep", id)) mark(id, { verdict: "kept" });
}

/** Put a take aside; undo brings it back. */
export function drop(id: string): void {
  const take = piece.takes.value.find((one) => one.id === id);
  if (!take) return;
  const wasChosen = piece.chosen.value === id;
  const away = (): void => {
    wire.send("take/drop", id);
    mark(id, { verdict: "dropped" });
    if (wasChosen) piece.chosen.value = takesHere().at(-1)?.id ?? "";
  };
  const back = (): void => {
    if (take.verdict === "kept") wire.send("take/keep", id);
    mark(id, { verdict: take.verdict });
    if (wasChosen) piece.chosen.value = id;
  };
  away();
  piece.history.add({ name: "drop a take", undo: back, redo: away });
  say("The take is put aside.", "info", ["Undo", () => piece.history.undo()]);
}

/** Compare without knowing which is which, until one is chosen. */
export function toggleBlind(): void {
  if (blind.value) return void (blind.value = undefined);
  const ids = takesHere().map((take) => take.id);
  for (let i = ids.length - 1; i > 0; i--) {
    const j = crypto.getRandomValues(new Uint32Array(1))[0]! % (i + 1);
    [ids[i], ids[j]] = [ids[j]!, ids[i]!];
  }
  blind.value = ids;
}
