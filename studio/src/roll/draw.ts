/** Draws a scene on a canvas. Knows no signals and no events. */
import { drumName, isBlack, pitchName } from "../model/music";
import { type Box, Geometry, RULER } from "./geometry";
import { readable } from "./names";
import { type Palette, voiceIndex } from "./palette";
import type { Drawn, Scene } from "./scene";

type Context = CanvasRenderingContext2D;
/** Where bar numbers and chord names stand in the ruler: under one another, so that they never meet. */
const NUMBERS = 10;
const CHORDS = 26;
const FONT = "system-ui, sans-serif";

export interface Marks {
  readonly selected: ReadonlySet<number>;
  readonly focused: number;
  readonly dimmed: ReadonlySet<number>;
  readonly stretch: readonly [number, number] | undefined;
  readonly caret: number | undefined;
}

export function drawStill(c: Context, scene: Scene, box: Box, palette: Palette, marks: Marks): void {
  const g = new Geometry(scene, box);
  c.fillStyle = palette.paper;
  c.fillRect(0, 0, box.width, box.height);
  drawRows(c, scene, g, box, palette);
  drawPitches(c, scene, g, palette);
  drawDrums(c, scene, g, box, palette);
  c.save();
  afterNames(c, g, box);
  if (marks.stretch) {
    c.fillStyle = palette.accent;
    c.globalAlpha = 0.12;
    c.fillRect(g.x(marks.stretch[0]), 0, g.width(marks.stretch[1] - marks.stretch[0]), box.height);
    c.globalAlpha = 1;
  }
  drawLines(c, scene, g, box, palette);
  drawRuler(c, scene, g, palette);
  for (const note of scene.notes) drawNote(c, scene, note, g, palette, marks);
  if (marks.caret !== undefined) drawCaret(c, g.x(marks.caret), palette);
  c.restore();
}

/** Nothing is drawn over the names of the rows. */
function afterNames(c: Context, g: Geometry, box: Box): void {
  c.beginPath();
  c.rect(g.left, 0, box.width - g.left, box.height);
  c.clip();
}

function drawRows(c: Context, scene: Scene, g: Geometry, box: Box, palette: Palette): void {
  c.fillStyle = palette.row;
  for (let pitch = scene.low; pitch < scene.high; pitch++) if (isBlack(pitch)) c.fillRect(0, g.y(pitch), box.width, g.row);
  c.fillStyle = palette.beat;
  for (let pitch = scene.low; pitch < scene.high; pitch++) if (pitch % 12 === 0) c.fillRect(0, Math.round(g.y(pitch) + g.row) - 1, box.width, 1);
}

const isBarLine = (beat: number, bar: number): boolean => Math.abs(beat / bar - Math.round(beat / bar)) < 1e-6;

function drawLines(c: Context, scene: Scene, g: Geometry, box: Box, palette: Palette): void {
  const step = g.width(1) < 7 ? scene.bar : 1;
  const first = Math.ceil(scene.from / step - 1e-9) * step;
  for (let beat = first; beat <= scene.from + scene.beats + 1e-9; beat += step) {
    const isBar = isBarLine(beat, scene.bar);
    c.fillStyle = isBar ? palette.bar : palette.beat;
    c.fillRect(Math.round(g.x(beat)) - (isBar && beat > scene.from ? 1 : 0), isBar ? 0 : RULER, 1, box.height);
  }
  for (const beat of scene.doubles) if (beat > scene.from) drawDouble(c, g.x(beat), box, palette.ink, 1);
  if (scene.expected !== undefined && scene.expected >= scene.from) drawDouble(c, g.x(scene.expected), box, palette.accent, 0.9);
}

/** Every C has its name, so that an octave is read without counting. */
function drawPitches(c: Context, scene: Scene, g: Geometry, palette: Palette): void {
  if (!g.namesPitches) return;
  c.font = `9px ${FONT}`;
  c.textBaseline = "middle";
  c.fillStyle = palette.soft;
  c.globalAlpha = 0.75;
  for (let pitch = scene.low; pitch < scene.high; pitch++) if (pitch % 12 === 0) c.fillText(pitchName(pitch), 4, g.y(pitch) + g.row / 2);
  c.globalAlpha = 1;
}

/** Each drum has a row with its name, below the pitches. */
function drawDrums(c: Context, scene: Scene, g: Geometry, box: Box, palette: Palette): void {
  if (!scene.drums.length) return;
  c.fillStyle = palette.bar;
  c.fillRect(0, Math.round(g.drumsTop - g.drumRow / 4), box.width, 1);
  if (!g.namesDrums) return;
  c.font = `9px ${FONT}`;
  c.textBaseline = "middle";
  c.fillStyle = palette.soft;
  scene.drums.forEach((pitch, i) => c.fillText(drumName(pitch), 4, g.drumsTop + (i + 0.5) * g.drumRow, g.left - 8));
}

function drawDouble(c: Context, x: number, box: Box, colour: string, alpha: number): void {
  c.globalAlpha = alpha;
  c.fillStyle = colour;
  c.fillRect(Math.round(x) - 5, 0, 1, box.height);
  c.fillRect(Math.round(x) - 2, 0, 3, box.height);
  c.globalAlpha = 1;
}

function drawRuler(c: Context, scene: Scene, g: Geometry, palette: Palette): void {
  c.textBaseline = "middle";
  c.font = `10px ${FONT}`;
  c.fillStyle = palette.soft;
  const every = Math.max(1, Math.ceil(34 / g.width(scene.bar)));
  const first = Math.ceil(scene.from / scene.bar - 1e-9);
  for (let i = first; i * scene.bar < scene.from + scene.beats - 1e-9; i++) {
    if ((i - first) % every === 0 && i >= 0) c.fillText(String(i + scene.firstBar), g.x(i * scene.bar) + 6, NUMBERS);
  }
  c.font = `600 12px ${FONT}`;
  c.fillStyle = palette.ink;
  const inView = scene.chords.filter(([beat]) => beat >= scene.from - 1e-9 && beat < scene.from + scene.beats);
  const names = inView.map(([beat, text]) => ({ text, x: g.x(beat) + 6, width: c.measureText(text).width, isOnBar: isBarLine(beat, scene.bar) }));
  for (const { text, x } of readable(names)) c.fillText(text, x, CHORDS);
}

const ALPHA: Record<Drawn["look"], number> = { full: 1, pale: 0.32, planned: 0.5, removed: 0.9, added: 1, left: 0.9 };

function drawNote(c: Context, scene: Scene, note: Drawn, g: Geometry, palette: Palette, marks: Marks): void {
  const x = g.x(note.start) + 1;
  const width = Math.max(g.width(note.duration) - 2, 3);
  const row = g.rowOf(note);
  const height = Math.max(row * 0.86, 3);
  const y = g.top(note) + (row - height) / 2;
  const colour = palette.voices[voiceIndex(note.voice)]!;
  c.globalAlpha = marks.dimmed.has(note.voice) ? 0.16 : ALPHA[note.look] * (0.74 + (note.velocity / 127) * 0.26);
  shape(c, x, y, width, height);
  if (note.look === "removed" || note.look === "planned" || note.look === "left") hollow(c, note.look, note.look === "planned" ? colour : palette.accent, x, y, width, height);
  else {
    c.fillStyle = colour;
    c.fill();
  }
  c.globalAlpha = 1;
  if (note.look === "added") {
    c.lineWidth = 2;
    c.strokeStyle = palette.accent;
    shape(c, x - 1, y - 1, width + 2, height + 2);
    c.stroke();
  }
  if (note.id > 0 && (marks.selected.has(note.id) || marks.focused === note.id)) {
    c.lineWidth = marks.focused === note.id ? 3 : 2;
    c.strokeStyle = palette.accent;
    shape(c, x - 2, y - 2, width + 4, height + 4);
    c.stroke();
  }
  label(c, scene, note, { x, y, width, height }, palette);
}

function hollow(c: Context, look: Drawn["look"], colour: string, x: number, y: number, width: number, height: number): void {
  c.save();
  c.strokeStyle = colour;
  c.lineWidth = 1.25;
  if (look !== "removed") c.setLineDash([3, 2]);
  c.stroke();
  if (look === "removed") {
    c.clip();
    c.beginPath();
    for (let i = x - height; i < x + width; i += 5) {
      c.moveTo(i, y + height);
      c.lineTo(i + height, y);
    }
    c.stroke();
  }
  c.restore();
}

function label(c: Context, scene: Scene, note: Drawn, at: Box & { x: number; y: number }, palette: Palette): void {
  if (note.look === "left") return;
  const text = note.look === "added" ? "+" : (scene.letters[note.voice] ?? "");
  if (!text || at.width < 15 || at.height < 10 || note.look === "removed") return;
  c.font = `600 ${Math.min(11, Math.max(9, at.height - 2))}px ${FONT}`;
  c.textBaseline = "middle";
  c.fillStyle = note.look === "full" || note.look === "added" ? palette.onVoice : palette.ink;
  c.globalAlpha = note.look === "pale" ? 0.55 : 1;
  c.fillText(text, at.x + 5, at.y + at.height / 2 + 0.5);
  c.globalAlpha = 1;
}

const shape = (c: Context, x: number, y: number, width: number, height: number): void => {
  c.beginPath();
  c.roundRect(x, y, width, height, Math.min(4, height / 3, width / 3));
};

function drawCaret(c: Context, x: number, palette: Palette): void {
  c.fillStyle = palette.accent;
  c.beginPath();
  c.moveTo(x - 5, 0);
  c.lineTo(x + 5, 0);
  c.lineTo(x, 8);
  c.fill();
}

/** What moves: the playhead, held keys, and a light on what sounds. */
export function drawMoving(c: Context, scene: Scene, box: Box, palette: Palette, beat: number | undefined, keys: number | undefined): void {
  c.clearRect(0, 0, box.width, box.height);
  const g = new Geometry(scene, box);
  if (beat === undefined) return;
  c.save();
  afterNames(c, g, box);
  c.fillStyle = palette.voices[0]!;
  for (const { pitch, start } of scene.held) {
    shape(c, g.x(start) + 1, g.y(pitch) + g.row * 0.07, Math.max(g.width((keys ?? beat) - start) - 2, 4), g.row * 0.86);
    c.fill();
  }
  c.strokeStyle = palette.ink;
  c.lineWidth = 1.5;
  for (const note of scene.notes) {
    if (beat < note.start || beat >= note.start + note.duration || note.look === "removed") continue;
    shape(c, g.x(note.start) + 0.5, g.top(note) + g.rowOf(note) * 0.05, Math.max(g.width(note.duration) - 1, 4), g.rowOf(note) * 0.9);
    c.globalAlpha = 0.55;
    c.stroke();
    c.globalAlpha = 1;
  }
  c.fillStyle = palette.record;
  c.fillRect(Math.round(g.x(beat)) - 1, 0, 2, box.height);
  c.restore();
}

