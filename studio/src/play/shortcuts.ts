/** Letters play, other keys command; in a text field neither. */
import { drop, keep, takesHere } from "../state/audition";
import { another, hearNumber, panic, redo, toggleAssist, toggleClick, toggleRecord, undo } from "../state/commands";
import { toggle } from "../state/audition";
import * as piece from "../state/piece";
import { erase, nudge } from "../roll/gestures";
import { isLive } from "../roll/view";
import { bar } from "../state/engine";
import { isEditing, isHelpOpen, keysPlay, room, snap, stretch } from "../state/ui";
import { CODES, pitchOf, press, release, releaseAll, setPedal, shiftOctave, shiftVelocity } from "./piano";

const TYPED = new Set(["text", "number", "search", "password", "email", "url"]);
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && TYPED.has(target.type));
/** Something that has arrow keys and Enter of its own. */
const hasOwnKeys = (target: EventTarget | null): boolean => target instanceof Element && target.closest("[data-keys=own], input[type=range]") !== null;

let escapedAt = -Infinity;

const COMMANDS: Record<string, (event: KeyboardEvent) => void> = {
  Space: () => toggle(),
  KeyR: () => toggleRecord(),
  KeyN: (event) => another(event.shiftKey),
  KeyB: () => { const id = piece.chosen.value; if (id) keep(id); },
  KeyM: () => toggleClick(),
  KeyQ: () => toggleAssist(),
  KeyZ: () => shiftOctave(-1),
  KeyX: () => shiftOctave(1),
  KeyC: () => shiftVelocity(-10),
  KeyV: () => shiftVelocity(10),
  KeyI: () => (isEditing.value = !isEditing.value),
  Escape: (event) => escape(event),
};

function escape(event: KeyboardEvent): void {
  if (event.timeStamp - escapedAt < 600) return panic();
  escapedAt = event.timeStamp;
  isHelpOpen.value = false;
  isEditing.value = false;
  stretch.value = undefined;
  piece.selected.value = new Set();
}

/** In the roll, while no note of the grid has the focus. */
function edits(event: KeyboardEvent): boolean {
  if (isLive.value || !isEditing.value || !piece.selected.value.size) return false;
  const step = event.shiftKey ? bar.value : snap.value;
  const interval = event.shiftKey ? 12 : 1;
  switch (event.key) {
    case "ArrowLeft": nudge(-step, 0); return true;
    case "ArrowRight": nudge(step, 0); return true;
    case "ArrowUp": nudge(0, interval); return true;
    case "ArrowDown": nudge(0, -interval); return true;
    default: return false;
  }
}

function erases(): boolean {
  if (piece.selected.value.size && isEditing.value) erase();
  else if (takesHere().some((take) => take.id === piece.chosen.value)) drop(piece.chosen.value);
  else return false;
  return true;
}

function withControl(event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase();
  if (key === "z") event.shiftKey ? redo() : undo();
  else if (key === "y") redo();
  else if (key === "a" && isEditing.value) piece.selected.value = new Set(piece.notes.value.keys());
  else return false;
  return true;
}

function keydown(event: KeyboardEvent): void {
  // What the grid of notes has done is done: by now its cell may be gone from the page.
  if (event.defaultPrevented || isTyping(event.target)) return;
  if (event.ctrlKey || event.metaKey) {
    if (!hasOwnKeys(event.target) || event.key.toLowerCase() === "z") if (withControl(event)) event.preventDefault();
    return;
  }
  if (event.altKey) return;
  if (event.key === "?") { isHelpOpen.value = !isHelpOpen.value; return event.preventDefault(); }
  if (event.key === "Shift" && !event.repeat) return setPedal(true, event.timeStamp);
  const index = keysPlay.value ? CODES.indexOf(event.code) : -1;
  if (index >= 0) {
    if (!event.repeat) press(event.code, pitchOf(index), event.timeStamp);
    return event.preventDefault();
  }
  if (hasOwnKeys(event.target) && event.code !== "Space") return;
  if (event.repeat && event.code !== "ArrowLeft") if (!event.code.startsWith("Arrow")) return;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (digit && room.value === "play") hearNumber(Number(digit[1]));
  else if (event.key === "Delete" || event.key === "Backspace") { if (!erases()) return; }
  else if (COMMANDS[event.code]) COMMANDS[event.code]!(event);
  else if (!edits(event)) return;
  event.preventDefault();
}

function keyup(event: KeyboardEvent): void {
  if (event.key === "Shift") setPedal(false, event.timeStamp);
  release(event.code, event.timeStamp);
  // A button that has the focus would be pressed by the Space that starts and stops.
  if (event.code === "Space" && !isTyping(event.target)) event.preventDefault();
}

export function listen(): void {
  addEventListener("keydown", keydown);
  addEventListener("keyup", keyup);
  addEventListener("focusin", (event) => { if (isTyping(event.target)) releaseAll(); });
}
