/** What a model took out of the melody and put in: each change is taken or left, by a press on its note. */
import { isLive } from "../roll/view";
import * as piece from "../state/piece";
import { modelName } from "../state/library";

const many = (count: number, word: string): string => (count === 1 ? `one ${word}` : `${count} ${word}s`);

export function Proposal() {
  const take = piece.proposal.value;
  if (!take?.edits.length || isLive.value) return null;
  const [out, put] = ["removed", "added"].map((what) => take.edits.filter((edit) => edit.what === what).length) as [number, number];
  const ids = take.edits.map((edit) => edit.id);
  const left = ids.filter((id) => piece.refused.value.has(id)).length;
  const did = [out && `takes out ${many(out, "note")}`, put && `puts in ${many(put, "note")}`].filter(Boolean).join(" and ");
  return (
    <div class="strip-notice proposal" role="group" aria-label="Changes of the melody">
      <p><b>{modelName(take.model.split("+")[0]!)} {did}.</b> <span class="soft">Press a marked note to leave or take it{left ? `; ${left} left` : ""}.</span></p>
      <span class="group">
        <button type="button" class="main" title="From now on it is your melody (undo: Ctrl+Z)" onClick={() => piece.settle()}>{left === ids.length ? "Keep my melody" : left ? `Take the other ${ids.length - left}` : "Take all"}</button>
        {left < ids.length ? <button type="button" onClick={() => piece.decide(ids.filter((id) => !piece.refused.value.has(id)), true)}>Leave all</button> : <button type="button" onClick={() => piece.decide(ids, false)}>Look again</button>}
      </span>
    </div>
  );
}
