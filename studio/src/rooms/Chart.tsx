/** One small chart: the number now, what is best or real beside it, and how it went. */
import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { type Curve, figure, lastOf } from "../model/curves";
import { colours } from "../state/ui";

const HEIGHT = 128;
const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const short = (step: number): string => (step >= 10_000 ? `${Math.round(step / 1000)}k` : step >= 1000 ? `${step / 1000}k` : String(step));

function options(curve: Curve, width: number): uPlot.Options {
  const axis: uPlot.Axis = { stroke: css("soft"), font: "11px system-ui, sans-serif", ticks: { show: false }, gap: 4 };
  const line = (label: string, colour: string, more: Partial<uPlot.Series> = {}): uPlot.Series => ({ label, stroke: css(colour), width: 2, spanGaps: true, points: { show: curve.steps.length < 12, size: 5 }, ...more });
  const series: uPlot.Series[] = [{ label: "step" }, line("learnt from", "voice-1")];
  if (curve.aside) series.push(line("kept aside", "voice-2"));
  if (curve.real !== undefined) series.push(line("real music", "ink", { width: 1.5, dash: [5, 4], points: { show: false } }));
  return {
    width, height: HEIGHT, series, legend: { show: false }, cursor: { y: false, points: { size: 7 } }, scales: { x: { time: false } }, padding: [8, 8, 0, 0],
    axes: [{ ...axis, size: 22, grid: { show: false }, space: 60, values: (_, ticks) => ticks.map(short) }, { ...axis, size: 40, space: 28, grid: { stroke: css("beat"), width: 1 }, values: (_, ticks) => ticks.map((one) => String(Number(one.toPrecision(3)))) }],
    hooks: { draw: [(plot) => mark(plot, curve)] },
  };
}

/** A dotted line where learning turned into learning by heart. */
function mark(plot: uPlot, curve: Curve): void {
  if (curve.turn === undefined) return;
  const x = plot.valToPos(curve.turn, "x", true);
  plot.ctx.save();
  plot.ctx.strokeStyle = css("record");
  plot.ctx.setLineDash([2, 4]);
  plot.ctx.beginPath();
  plot.ctx.moveTo(x, plot.bbox.top);
  plot.ctx.lineTo(x, plot.bbox.top + plot.bbox.height);
  plot.ctx.stroke();
  plot.ctx.restore();
}

const PLOTTER = "/charts.js";
let plotter: Promise<typeof uPlot> | undefined;
const loaded = (): Promise<typeof uPlot> => (plotter ??= import(PLOTTER).then((found) => (found as { default: typeof uPlot }).default));

const data = (curve: Curve): uPlot.AlignedData =>
  [curve.steps, curve.values, ...(curve.aside ? [curve.aside] : []), ...(curve.real === undefined ? [] : [curve.steps.map(() => curve.real!)])] as unknown as uPlot.AlignedData;

export function Chart({ curve }: { curve: Curve }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(curve);
  latest.current = curve;
  const light = colours.value;
  const shape = `${curve.aside ? "a" : ""}${curve.real === undefined ? "" : "r"}${curve.turn ?? ""}`;
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => plot.current?.setSize({ width: entry!.contentRect.width, height: HEIGHT }));
    let isThere = true;
    void loaded().then((Plot) => {
      if (!isThere) return;
      plot.current = new Plot(options(curve, box.current!.clientWidth), data(latest.current), box.current!);
      watch.observe(box.current!);
    });
    return () => { isThere = false; watch.disconnect(); plot.current?.destroy(); plot.current = undefined; };
  }, [curve.name, shape, light]);
  useEffect(() => plot.current?.setData(data(curve)), [curve]);
  const now = lastOf(curve.aside ?? curve.values);
  const beside = curve.real === undefined ? (curve.best === undefined ? "" : `best ${figure(curve.best)}`) : `real music ${figure(curve.real)}`;
  return (
    <figure class="chart">
      <figcaption><b>{curve.title}</b>{curve.unit && <span class="soft"> · {curve.unit}</span>}</figcaption>
      <p class="value"><b>{figure(now)}</b> <span class="soft">{beside}</span></p>
      <div ref={box} class="plot" aria-hidden="true" />
      {curve.turn !== undefined && <p class="soft turned">From step {curve.turn} on it learns by heart: the best model is from there.</p>}
    </figure>
  );
}
