/** Tools for the notes in the roll: under it, calm until they are wanted. */
import { Icon } from "../parts/icons";
import { NumberField } from "../parts/inputs";
import { lengthen, emphasise, erase } from "../roll/gestures";
import { isLive } from "../roll/view";
import { fill } from "../state/audition";
import { redo, straighten, transpose, undo } from "../state/commands";
import { bar } from "../state/engine";
import { sorted, trimmed } from "../model/notes";
import * as piece from "../state/piece";
import { isEditing, snap, stretch, zoom } from "../state/ui";

const SNAPS = [[1, "1/4"], [0.5, "1/8"], [0.25, "1/16"], [1 / 3, "1/8 triplet"], [1 / 6, "1/16 triplet"], [0.125, "1/32"]] as const;

/** The bars that are chosen: in the ruler, or those of the selected notes. */
function chosenBars(): readonly [number, number] | undefined {
  if (stretch.value) return stretch.value;
  const notes = sorted(piece.inOrder.value.filter((note) => piece.selected.value.has(note.id)));
  if (!notes.length) return undefined;
  const end = Math.max(...notes.map((note) => note.start + note.duration));
  return [Math.floor(notes[0]!.start / bar.value) * bar.value, Math.min(piece.wholeBars(end), piece.length.value)];
}

function trimTo([begin, end]: readonly [number, number]): void {
  const notes = piece.inOrder.value.filter((note) => note.voice === 0);
  piece.reshape("trim", piece.wholeBars(end - begin), trimmed(new Map(notes.map((note) => [note.id, note])), begin, end));
  stretch.value = undefined;
}

function Stretch({ bars }: { bars: readonly [number, number] }) {
  const [first, last] = [Math.round(bars[0] / bar.value) + 1, Math.round(bars[1] / bar.value)];
  const name = first === last ? `bar ${first}` : `bars ${first} to ${last}`;
  return (
    <>
      <button type="button" onClick={() => fill(bars[0], bars[1])} title="Have the model write these bars anew">Fill {name}</button>
      {stretch.value && <button type="button" onClick={() => trimTo(bars)}>Trim to {name}</button>}
    </>
  );
}

export function EditBar() {
  if (isLive.value) return null;
  const count = piece.selected.value.size;
  const bars = chosenBars();
  return (
    <div class="editbar" role="toolbar" aria-label="Edit the notes">
      <button type="button" aria-pressed={isEditing.value} title="Edit notes (I)" onClick={() => (isEditing.value = !isEditing.value)}><Icon name="edit" />Edit</button>
      <button type="button" aria-label="Undo" title={piece.nextUndo.value ? `Undo: ${piece.nextUndo.value} (Ctrl+Z)` : "Nothing to undo"} disabled={!piece.nextUndo.value} onClick={undo}><Icon name="undo" /></button>
      <button type="button" aria-label="Redo" title={piece.nextRedo.value ? `Redo: ${piece.nextRedo.value} (Ctrl+Shift+Z)` : "Nothing to redo"} disabled={!piece.nextRedo.value} onClick={redo}><Icon name="redo" /></button>
      <label class="picker"><span>Snap</span>
        <select value={String(snap.value)} onChange={(event) => (snap.value = Number(event.currentTarget.value))}>{SNAPS.map(([value, name]) => <option key={name} value={String(value)}>{name}</option>)}</select>
      </label>
      {isEditing.value && (
        <>
          <span class="group"><button type="button" title="A semitone down" onClick={() => transpose(-1)}>♭</button><span>Transpose</span><button type="button" title="A semitone up" onClick={() => transpose(1)}>♯</button></span>
          <button type="button" title="Draw the notes to the grid, half of the way" onClick={() => straighten(0.5)}>Straighten</button>
          <NumberField label="Length" unit="bars" low={1} high={64} value={Math.round(piece.length.value / bar.value)} onChange={(value) => piece.reshape("length", value * bar.value)} />
        </>
      )}
      {isEditing.value && count > 0 && (
        <>
          <button type="button" title="Shorter (Ctrl+←)" onClick={() => lengthen(-snap.value)}>Shorter</button>
          <button type="button" title="Longer (Ctrl+→)" onClick={() => lengthen(snap.value)}>Longer</button>
          <button type="button" onClick={() => emphasise(-8)}>Softer</button>
          <button type="button" onClick={() => emphasise(8)}>Louder</button>
          <button type="button" title="Delete" onClick={() => erase()}>Delete {count}</button>
        </>
      )}
      {bars && <Stretch bars={bars} />}
      <span class="spring" />
      <span class="soft title">{piece.title.value}</span>
      {zoom.value.beats > 0 && <button type="button" class="quiet" onClick={() => (zoom.value = { from: 0, beats: 0 })}>Whole phrase</button>}
    </div>
  );
}
