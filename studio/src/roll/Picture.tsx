/** A roll that only shows: of a take in the library, a lesson, a checkpoint. */
import { useEffect, useRef } from "preact/hooks";
import { barBeats } from "../model/clock";
import { voiceLetters } from "../model/music";
import { lastEnd, type Note } from "../model/notes";
import type { EditedNote } from "../model/takes";
import { colours } from "../state/ui";
import { drawMoving, drawStill, type Marks } from "./draw";
import { readPalette } from "./palette";
import { pieceScene, type Scene } from "./scene";

export interface Shown {
  readonly notes: readonly Note[];
  readonly names: readonly string[];
  readonly drumVoices?: ReadonlySet<number>;
  readonly length?: number;
  readonly meter?: readonly [number, number];
  readonly edits?: readonly EditedNote[];
  readonly chords?: ReadonlyArray<readonly [number, string]>;
}

const NO_MARKS: Marks = { selected: new Set(), focused: 0, dimmed: new Set(), stretch: undefined, caret: undefined };

export function sceneOf(shown: Shown): Scene {
  const bar = barBeats(...(shown.meter ?? ([4, 4] as const)));
  const length = Math.max(bar, Math.ceil((shown.length ?? lastEnd(shown.notes)) / bar - 1e-6) * bar);
  return pieceScene({ notes: shown.notes, isExample: false, length, bar, edits: shown.edits ?? [], refused: new Set(), chords: shown.chords ?? [], letters: ["", ...voiceLetters(shown.names)], drumVoices: shown.drumVoices ?? new Set(), zoom: { from: 0, beats: 0 } });
}

/** `beat`: where the playhead is, asked once a frame while it is defined. */
export function Picture({ shown, label, beat }: { shown: Shown; label: string; beat?: (() => number | undefined) | undefined }) {
  const still = useRef<HTMLCanvasElement>(null);
  const moving = useRef<HTMLCanvasElement>(null);
  const light = colours.value;
  useEffect(() => {
    const canvases = [still.current!, moving.current!];
    const scene = sceneOf(shown);
    let number = 0;
    const box = (): { width: number; height: number } => ({ width: canvases[0]!.clientWidth, height: canvases[0]!.clientHeight });
    const draw = (): void => {
      for (const canvas of canvases) {
        canvas.width = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
        canvas.height = Math.max(1, Math.round(canvas.clientHeight * devicePixelRatio));
        canvas.getContext("2d")!.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      }
      drawStill(canvases[0]!.getContext("2d")!, scene, box(), readPalette(), NO_MARKS);
    };
    let wasMoving = false;
    const frame = (): void => {
      number = requestAnimationFrame(frame);
      const now = beat?.();
      if (now === undefined && !wasMoving) return;
      wasMoving = now !== undefined;
      drawMoving(canvases[1]!.getContext("2d")!, scene, box(), readPalette(), now, undefined);
    };
    const watch = new ResizeObserver(draw);
    watch.observe(canvases[0]!);
    if (beat) frame();
    return () => { watch.disconnect(); cancelAnimationFrame(number); };
  }, [shown, light]);
  return <div class="picture" role="img" aria-label={label}><canvas ref={still} /><canvas ref={moving} class="over" /></div>;
}

const WIDTH = 1600;
const HEIGHT = 900;

/** A picture to share: the take as it is drawn, with its title. */
export function picture(shown: Shown, title: string, line: string): Promise<Blob | null> {
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const c = canvas.getContext("2d")!;
  const palette = readPalette();
  c.fillStyle = palette.paper;
  c.fillRect(0, 0, WIDTH, HEIGHT);
  c.fillStyle = palette.ink;
  c.font = "600 54px Georgia, serif";
  c.fillText(title, 64, 96, WIDTH - 128);
  c.fillStyle = palette.soft;
  c.font = "26px system-ui, sans-serif";
  c.fillText(line, 64, 144, WIDTH - 128);
  c.save();
  c.translate(64, 190);
  c.scale(2, 2);
  c.beginPath();
  c.rect(0, 0, (WIDTH - 128) / 2, (HEIGHT - 250) / 2);
  c.clip();
  drawStill(c, sceneOf(shown), { width: (WIDTH - 128) / 2, height: (HEIGHT - 250) / 2 }, palette, NO_MARKS);
  c.restore();
  return new Promise((give) => canvas.toBlob(give, "image/png"));
}
