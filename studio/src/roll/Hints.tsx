/** Words over the roll: what to do when nothing is there yet, what is counted, what is waited for. */
import { computed } from "@preact/signals";
import { asked } from "../state/audition";
import { bar, line, model, models, numberOf, place, state, worker } from "../state/engine";
import { songBeat, span } from "../state/live";
import * as piece from "../state/piece";
import { isEditing, keysPlay } from "../state/ui";
import { isAuditioning } from "../sound/sound";

export const modelTitle = computed(() => models.value.find((one) => one.name === model.value)?.title || model.value || "the model");

/** Beats left of the count-in, counted as musicians do; undefined: none is counted. */
const countdown = computed(() => {
  void place.value;
  if (!line.value.isPlaying || !span.value?.isOpen || !numberOf("count-in")) return undefined;
  const left = span.value.begin - songBeat();
  return left > 0.05 && left <= numberOf("count-in") * bar.value ? Math.ceil(left - 0.05) : undefined;
});

export function Hints() {
  if (countdown.value !== undefined) return <p class="countdown" aria-hidden="true">{countdown.value}</p>;
  if (asked.value && !line.value.isPlaying) return <p class="hint composing">{modelTitle.value} is {worker.value.state === "loading" ? "loading, and composes then" : "composing"}…</p>;
  if (line.value.isPlaying || isAuditioning.value || isEditing.value) return null;
  if (state.value !== "idle" || !piece.isExample.value || piece.take.value) return null;
  return (
    <p class="hint">
      <b>Press <kbd>Space</kbd> to hear “{piece.title.value}” with {modelTitle.value}</b>
      <span>or just play{keysPlay.value ? <>: the letters <kbd>A</kbd> <kbd>S</kbd> <kbd>D</kbd> <kbd>F</kbd>… are piano keys</> : " on the keyboard below"}.</span>
    </p>
  );
}
