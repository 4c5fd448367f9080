/** The roll for those who do not see it: a row a voice, a cell a note, gone through by the arrow keys. */
import { useRef } from "preact/hooks";
import { capital, drumName, lengthName, pitchName, placeName } from "../model/music";
import { type Note, sorted } from "../model/notes";
import { bar } from "../state/engine";
import * as piece from "../state/piece";
import { focusedNote, snap } from "../state/ui";
import { addAt, emphasise, erase, lengthen, nudge, preview } from "./gestures";
import { isLive } from "./view";

const MOST_CELLS = 600;

export const describe = (name: string, note: Note, isDrum = false): string =>
  `${name}, ${isDrum ? drumName(note.pitch) : pitchName(note.pitch)}, ${placeName(note.start, bar.value)}, ${lengthName(note.duration)}`;

interface Row {
  readonly name: string;
  readonly isDrums: boolean;
  readonly notes: readonly Note[];
}

function rows(): Row[] {
  const all = piece.inOrder.value.slice(0, MOST_CELLS);
  const voices = [{ name: "you", isDrums: false }, ...piece.tracks.value];
  return voices.map(({ name, isDrums }, voice) => ({ name, isDrums, notes: sorted(all.filter((note) => note.voice === voice)) }));
}

/** What an arrow key edits: with Alt it moves, with Ctrl it changes the length; Shift makes the step large. */
function edits(event: KeyboardEvent, id: number): boolean {
  const ids = new Set(piece.selected.value.has(id) ? piece.selected.value : [id]);
  const step = event.shiftKey ? bar.value : snap.value;
  const interval = event.shiftKey ? 12 : 1;
  const [across, up] = [{ ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0, { ArrowUp: 1, ArrowDown: -1 }[event.key] ?? 0];
  if (event.key === "Delete") erase(ids);
  else if (event.key === "Insert") {
    const note = piece.notes.value.get(id);
    if (note) addAt(note.start + note.duration, note.pitch);
  } else if ((across || up) && event.ctrlKey) {
    if (across) lengthen(across * step, ids);
    else emphasise(up * 8, ids);
  } else if ((across || up) && event.altKey) nudge(across * step, up * interval, ids);
  else return false;
  return true;
}

export function Grid() {
  const box = useRef<HTMLDivElement>(null);
  if (isLive.value) return null;
  const all = rows();
  const first = all.find((row) => row.notes.length)?.notes[0]?.id ?? 0;
  const there = piece.notes.value.has(focusedNote.value) ? focusedNote.value : 0;

  const go = (id: number | undefined): void => {
    box.current?.querySelector<HTMLElement>(`[data-note="${id}"]`)?.focus();
  };
  const walk = (event: KeyboardEvent, note: Note): void => {
    if (edits(event, note.id)) {
      // The focus of a note that is deleted goes to the next one.
      if (event.key === "Delete") requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("[data-note][tabindex='0']")?.focus());
      return event.preventDefault();
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = all.findIndex((one) => one.notes.some((each) => each.id === note.id));
    const notes = all[row]!.notes;
    const i = notes.findIndex((one) => one.id === note.id);
    const near = (other: Row | undefined): number | undefined =>
      other?.notes.reduce<Note | undefined>((best, one) => (!best || Math.abs(one.start - note.start) < Math.abs(best.start - note.start) ? one : best), undefined)?.id;
    const to: Record<string, number | undefined> = {
      ArrowLeft: notes[i - 1]?.id, ArrowRight: notes[i + 1]?.id, Home: notes[0]?.id, End: notes.at(-1)?.id,
      ArrowUp: near(all.slice(0, row).findLast((one) => one.notes.length)), ArrowDown: near(all.slice(row + 1).find((one) => one.notes.length)),
    };
    if (event.key === "Enter") {
      piece.selected.value = new Set([note.id]);
      preview(note.pitch, note.voice);
    } else if (!(event.key in to)) return;
    event.preventDefault();
    go(to[event.key]);
  };

  return (
    <div ref={box} class="grid" role="grid" aria-label="Notes" aria-rowcount={all.length} data-keys="own">
      {piece.proposal.value && piece.proposal.value.edits.length > 0 && (
        <div role="row" aria-label="Changes">
          {piece.proposal.value.edits.map((edit) => (
            <span key={edit.id} role="gridcell" tabIndex={0} onKeyDown={(event) => { if (event.key === "Enter") { piece.decide([edit.id], !piece.refused.value.has(edit.id)); event.preventDefault(); } }}>
              {edit.what} {pitchName(edit.pitch)}, {placeName(edit.start, bar.value)}, {piece.refused.value.has(edit.id) ? "left" : "taken"}; Enter changes it
            </span>
          ))}
        </div>
      )}
      {all.map((row) => (
        <div role="row" key={row.name} aria-label={capital(row.name)}>
          {!row.notes.length && <span role="gridcell">{row.name}: no notes</span>}
          {row.notes.map((note) => (
            <span
              key={note.id}
              role="gridcell"
              data-note={note.id}
              tabIndex={note.id === (there || first) ? 0 : -1}
              aria-selected={piece.selected.value.has(note.id)}
              onFocus={() => (focusedNote.value = note.id)}
              onBlur={() => (focusedNote.value = 0)}
              onKeyDown={(event) => walk(event, note)}
            >
              {describe(row.name, note, row.isDrums)}
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}
