/** Which scene is in view, and where the playhead is in it. */
import { computed } from "@preact/signals";
import { voiceLetters } from "../model/music";
import { isHeard } from "../sound/mixer";
import { DELAY_SECONDS, isAuditioning, player, source, strips } from "../sound/sound";
import { bar, line, mode, numberOf } from "../state/engine";
import * as live from "../state/live";
import * as piece from "../state/piece";
import { zoom } from "../state/ui";
import { lettersOf, liveScene, pieceScene, type Scene, windowOf } from "./scene";

/** In a loop the phrase and its voices lie over one another while the song goes round. */
const isRound = computed(() => mode.value === "loop" && live.entries.value.length > 0);
export const isLive = computed(() => line.value.isPlaying && !isRound.value);
export const letters = computed(() => lettersOf(piece.tracks.value, voiceLetters));

const drumVoices = computed(() => new Set(piece.tracks.value.flatMap((track, i) => (track.isDrums ? [i + 1] : []))));

export const dimmed = computed(() => {
  const out = new Set<number>();
  if (!isHeard(strips.value, 0)) out.add(0);
  piece.tracks.value.forEach((track, i) => { if (!isHeard(strips.value, track.channel - 1)) out.add(i + 1); });
  return out;
});

export function pieceInView(): Scene {
  return pieceScene({
    notes: piece.inOrder.value, isExample: piece.isExample.value && !piece.take.value, length: piece.shownLength.value, bar: bar.value,
    edits: piece.proposal.value?.edits ?? [], refused: piece.refused.value, chords: piece.chords.value, letters: letters.value, drumVoices: drumVoices.value, zoom: zoom.value,
  });
}

/** The first beat of the song in view: it changes once a segment. */
export const liveFrom = (now: number): number => windowOf(live.songBeat(now), live.origin.value, live.segment.value);

export function liveInView(now: number): Scene {
  const beats = 2 * live.segment.value;
  return liveScene({
    played: live.played.value, span: live.span.value, entries: live.entries.value, takes: piece.takes.value, plan: live.plan.value,
    chords: live.chords.value, expected: live.expected.value, from: liveFrom(now),
    beats, bar: bar.value, now, letters: letters.value, drumVoices: drumVoices.value, isEchoed: numberOf("echo", 1) > 0,
  });
}

/** The beat that is heard now, in the scene's beats; undefined: nothing plays. */
export function playhead(now: number): number | undefined {
  if (line.value.isPlaying) {
    const beat = live.songBeat(now - (source.value === "page" ? DELAY_SECONDS : 0));
    const entry = live.entries.value.at(-1);
    if (!isRound.value || !entry) return beat;
    const take = piece.takes.value.find((one) => one.id === entry.id);
    const length = take?.length ?? piece.length.value;
    return (((beat - entry.begin) % length) + length) % length;
  }
  return isAuditioning.value ? player.beat(now) : undefined;
}
