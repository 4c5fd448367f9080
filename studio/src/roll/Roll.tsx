/** The piano roll: still things on one canvas, what moves on another, and a grid of notes beside them. */
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { pageSeconds } from "../wire/wire";
import { isAuditioning, lightsComing, shine } from "../sound/sound";
import { caret } from "../state/audition";
import { line } from "../state/engine";
import { songBeat } from "../state/live";
import * as piece from "../state/piece";
import { focusedNote, isEditing, stretch, theme, zoom } from "../state/ui";
import { drawMoving, drawStill } from "./draw";
import { Geometry } from "./geometry";
import { emphasise, Gestures } from "./gestures";
import { Grid } from "./Grid";
import { Hints } from "./Hints";
import { type Palette, readPalette } from "./palette";
import type { Scene } from "./scene";
import { dimmed, isLive, liveFrom, liveInView, pieceInView, playhead } from "./view";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Owns the canvases of one roll; redraws what is still only when it changed. */
class Painter {
  scene: Scene = pieceInView();
  private palette: Palette = readPalette();
  private isStale = true;
  private from = NaN;
  private wasMoving = true;
  private frameNumber = 0;
  private readonly gestures = new Gestures();
  private readonly stops: Array<() => void> = [];
  private readonly size: ResizeObserver;

  constructor(private readonly still: HTMLCanvasElement, private readonly moving: HTMLCanvasElement) {
    this.size = new ResizeObserver(() => this.resize());
    this.size.observe(still.parentElement!);
    const recolour = (): void => { this.palette = readPalette(); this.spoil(); };
    dark.addEventListener("change", recolour);
    this.stops.push(() => dark.removeEventListener("change", recolour));
    this.stops.push(effect(() => { void theme.value; queueMicrotask(recolour); }));
    this.stops.push(effect(() => { this.look(); this.spoil(); }));
    this.stops.push(effect(() => { void [line.value, isAuditioning.value, lightsComing.value]; this.wake(); }));
    this.listen();
  }

  /** Everything that the still canvas shows is read here, so that the effect above follows it. */
  private look(): void {
    this.scene = isLive.value ? liveInView(pageSeconds()) : pieceInView();
    this.from = this.scene.from;
    void [piece.selected.value, focusedNote.value, dimmed.value, stretch.value, caret.value, isEditing.value];
  }

  get box(): { width: number; height: number } {
    return { width: this.still.width / devicePixelRatio, height: this.still.height / devicePixelRatio };
  }
  get geometry(): Geometry { return new Geometry(this.scene, this.box); }

  private resize(): void {
    const box = this.still.parentElement!.getBoundingClientRect();
    for (const canvas of [this.still, this.moving]) {
      canvas.width = Math.max(1, Math.round(box.width * devicePixelRatio));
      canvas.height = Math.max(1, Math.round(box.height * devicePixelRatio));
      canvas.getContext("2d")!.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    }
    this.spoil();
  }

  private spoil(): void {
    this.isStale = true;
    this.wake();
  }

  /** Frames are drawn while something moves, and not else: a page that rests costs nothing. */
  private wake(): void {
    this.frameNumber ||= requestAnimationFrame(this.frame);
  }

  private readonly frame = (): void => {
    this.frameNumber = 0;
    const now = pageSeconds();
    if (shine(now)) this.wake();
    if (isLive.peek() && liveFrom(now) !== this.from) {
      this.scene = liveInView(now);
      this.from = this.scene.from;
      this.isStale = true;
    }
    if (this.isStale) this.paint();
    const beat = playhead(now);
    if (beat !== undefined) this.wake();
    else if (!this.wasMoving) return;
    this.wasMoving = beat !== undefined;
    const shown = beat === undefined ? undefined : calm.matches ? Math.floor(beat) : beat;
    drawMoving(this.moving.getContext("2d")!, this.scene, this.box, this.palette, shown, line.peek().isPlaying ? songBeat(now) : undefined);
  };

  private paint(): void {
    this.isStale = false;
    drawStill(this.still.getContext("2d")!, this.scene, this.box, this.palette, {
      selected: piece.selected.peek(), focused: focusedNote.peek(), dimmed: dimmed.peek(), stretch: isLive.peek() ? undefined : stretch.peek(),
      caret: isLive.peek() ? undefined : caret.peek(),
    });
  }

  private listen(): void {
    const canvas = this.moving;
    const at = (event: PointerEvent | MouseEvent): readonly [number, number] => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const on = <K extends keyof HTMLElementEventMap>(name: K, call: (event: HTMLElementEventMap[K]) => void, options?: AddEventListenerOptions): void => {
      canvas.addEventListener(name, call, options);
      this.stops.push(() => canvas.removeEventListener(name, call));
    };
    on("pointerdown", (event) => {
      if (isLive.value || event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      const [x, y] = at(event);
      this.gestures.press(this.geometry, { x, y, isTouch: event.pointerType === "touch", adds: event.ctrlKey || event.metaKey, copies: event.altKey });
    });
    on("pointermove", (event) => {
      const [x, y] = at(event);
      if (event.buttons) this.gestures.move(this.geometry, x, y);
      else canvas.style.cursor = isLive.value ? "default" : this.gestures.cursor(this.geometry, x, y);
    });
    on("pointerup", (event) => this.gestures.release(this.geometry, ...at(event)));
    on("pointercancel", () => this.gestures.cancel());
    on("dblclick", () => { if (!isLive.value) isEditing.value = true; });
    on("wheel", (event) => this.wheel(event), { passive: false });
  }

  private wheel(event: WheelEvent): void {
    if (isLive.value) return;
    if (event.altKey && piece.selected.value.size) {
      event.preventDefault();
      emphasise(event.deltaY < 0 ? 4 : -4, piece.selected.value, "wheel");
    } else if (event.ctrlKey) {
      event.preventDefault();
      this.zoomBy(event.deltaY < 0 ? 1 / 1.25 : 1.25, this.geometry.beat(event.offsetX));
    } else if (zoom.value.beats && (event.deltaX || event.shiftKey)) {
      event.preventDefault();
      this.scroll(this.geometry.beats(event.deltaX || event.deltaY));
    }
  }

  private zoomBy(factor: number, around: number): void {
    const beats = Math.max(2, this.scene.beats * factor);
    if (beats >= piece.length.value) return void (zoom.value = { from: 0, beats: 0 });
    const from = around - ((around - this.scene.from) / this.scene.beats) * beats;
    zoom.value = { beats, from: Math.min(Math.max(0, from), piece.length.value - beats) };
  }

  private scroll(beats: number): void {
    zoom.value = { ...zoom.value, from: Math.min(Math.max(0, zoom.value.from + beats), piece.length.value - zoom.value.beats) };
  }

  close(): void {
    cancelAnimationFrame(this.frameNumber);
    this.size.disconnect();
    for (const stop of this.stops) stop();
  }
}

export function Roll() {
  const still = useRef<HTMLCanvasElement>(null);
  const moving = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const painter = new Painter(still.current!, moving.current!);
    return () => painter.close();
  }, []);
  return (
    <div class="roll">
      <canvas ref={still} aria-hidden="true" />
      <canvas ref={moving} class="over" aria-hidden="true" />
      <Hints />
      <Grid />
    </div>
  );
}
