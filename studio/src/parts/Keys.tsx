/** All keys, over the page. */
import { useEffect, useRef } from "preact/hooks";
import { letters } from "../play/piano";
import { isHelpOpen, theme, type Theme } from "../state/ui";
import { Icon } from "./icons";
import { Segments } from "./inputs";

const COMMANDS: ReadonlyArray<readonly [string, string]> = [
  ["Space", "play, stop"], ["R", "record a new phrase; again: it ends"], ["N", "another take; Shift-N: by the next model"],
  ["1 to 9", "hear take A, B… from the same beat; 0: the melody alone"], ["B", "keep this take"], ["Backspace", "put this take aside"],
  ["Z X", "octave down, up"], ["C V", "softer, louder"], ["Shift", "sustain, while held"], ["M", "click"], ["Q", "rhythm assist"],
  ["I", "edit notes"], ["Ctrl-Z", "undo; Ctrl-Shift-Z: redo"], ["Esc", "leave editing; twice: all notes off"], ["?", "this list"],
];
const NOTES: ReadonlyArray<readonly [string, string]> = [
  ["Click", "add a note; drag it to move, its end to stretch"], ["Alt-drag", "copy"], ["Arrows", "move by the grid and by semitones; Shift: bars, octaves"],
  ["Alt-wheel", "louder, softer"], ["Delete", "delete"], ["Tab to the notes", "arrows go from note to note; Alt-arrows move, Ctrl-arrows stretch, Enter hears it"],
];
const THEMES = [{ value: "auto", name: "As the system" }, { value: "light", name: "Light" }, { value: "dark", name: "Dark" }] as const;

const PLAIN = /^(to|the|notes)$/;

function List({ of }: { of: ReadonlyArray<readonly [string, string]> }) {
  return <dl>{of.map(([key, what]) => <div key={key}><dt>{key.split(" ").map((one) => (PLAIN.test(one) ? <span key={one}>{one}</span> : <kbd key={one}>{one}</kbd>))}</dt><dd>{what}</dd></div>)}</dl>;
}

export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);
  const close = (): void => void (isHelpOpen.value = false);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="keys-name" onClose={close} onClick={(event) => event.target === dialog.current && close()}>
      <div class="head"><h2 id="keys-name">Keys</h2><button type="button" class="quiet" aria-label="Close" onClick={close}><Icon name="close" /></button></div>
      <p><kbd>{letters.value[0]}</kbd> to <kbd>{letters.value.at(-1)}</kbd> play, two rows like a piano's. They rest in text fields, and where “Letters play” is off.</p>
      <div class="columns"><section><h3>Playing</h3><List of={COMMANDS} /></section><section><h3>Notes</h3><List of={NOTES} /><h3>Light</h3><Segments<Theme> label="Theme" value={theme.value} choices={THEMES} onChange={(one) => (theme.value = one)} /></section></div>
    </dialog>
  );
}
