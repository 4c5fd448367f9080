/** Controls that the whole page shares. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { clamp } from "../model/notes";

interface Choice<T> {
  readonly value: T;
  readonly name: string;
}

/** Some of which one is chosen, side by side. */
export function Segments<T extends string>({ label, value, choices, onChange }: { label: string; value: T; choices: ReadonlyArray<Choice<T>>; onChange: (value: T) => void }) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button key={choice.value} type="button" aria-pressed={choice.value === value} onClick={() => onChange(choice.value)}>{choice.name}</button>
      ))}
    </div>
  );
}

/** A number that is typed or stepped; nothing is changed until it can be used. */
export function NumberField({ label, value, low, high, step = 1, unit = "", onChange }: { label: string; value: number; low: number; high: number; step?: number; unit?: string; onChange: (value: number) => void }) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const use = (text: string): void => {
    const number = Number(text);
    if (text.trim() && Number.isFinite(number)) onChange(clamp(Math.round(number / step) * step, low, high));
    setTyped(undefined);
  };
  return (
    <label class="number">
      <span>{label}</span>
      <input type="number" min={low} max={high} step={step} value={typed ?? Number(value.toFixed(2))} onInput={(event) => setTyped(event.currentTarget.value)} onChange={(event) => use(event.currentTarget.value)} />
      {unit && <span class="unit">{unit}</span>}
    </label>
  );
}

export function Slider({ label, value, low, high, step, standard, format, help, onInput }: { label: string; value: number; low: number; high: number; step?: number; standard?: number; format?: (value: number) => string; help?: string | undefined; onInput: (value: number) => void }) {
  const size = step ?? (high - low > 20 ? 1 : 0.01);
  const isAway = standard !== undefined && Math.abs(value - standard) > 1e-6;
  return (
    <label class="slider" title={help}>
      <span>{label}</span>
      <output class={isAway ? "away" : ""}>{(format ?? ((one: number) => one.toFixed(size >= 1 ? 0 : 2)))(value)}</output>
      <input type="range" min={low} max={high} step={size} value={value} onInput={(event) => onInput(Number(event.currentTarget.value))} onDblClick={() => standard !== undefined && onInput(standard)} />
    </label>
  );
}

/** A button that opens a small panel under it; closed by Escape, or by a press elsewhere. */
export function Menu({ label, name, children, isWide = false }: { label: ComponentChildren; name: string; children: (close: () => void) => ComponentChildren; isWide?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  const left = (event: FocusEvent): void => {
    const to = event.relatedTarget as Node | null;
    if (to && !(event.currentTarget as Node).contains(to)) close();
  };
  return (
    <div class={`menu${isWide ? " wide" : ""}`} onFocusOut={left} onKeyDown={(event) => {
      if (event.key !== "Escape" || !isOpen) return;
      event.stopPropagation();
      close();
      (event.currentTarget as HTMLElement).querySelector("button")?.focus();
    }}>
      <button type="button" aria-haspopup="true" aria-expanded={isOpen} aria-label={name} onClick={() => setOpen(!isOpen)}>{label}</button>
      {isOpen && <div class="curtain" onClick={close} aria-hidden="true" />}
      {isOpen && <div class="panel" data-keys="own">{children(close)}</div>}
    </div>
  );
}
