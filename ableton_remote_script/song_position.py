"""Tells where Live's song is: at every change, and ten times a second while it plays."""

from __future__ import annotations

from collections.abc import Callable

from .host import Host
from .types import State, Value

INTERVAL_SECONDS = 0.095  # a tenth, told at the callback that is next to it
# A step of the song beyond what its tempo explains: somebody went elsewhere.
_JUMP_BEATS = 0.25


class SongPosition:
    """Looks at the song at every callback; nothing is written to Live, and no listener is needed.

    Where a listener is called, Live refuses changes, and it outlives the script if forgotten.
    """

    def __init__(self, host: Host, tell: Callable[[tuple[Value, ...]], None]) -> None:
        self._host = host
        self._tell = tell
        self._told: State | None = None
        self._told_at = 0.0
        self._beat = 0.0
        self._seen_at = 0.0

    def forget(self) -> None:
        """Tell it anew at the next look, whether it changed or not."""
        self._told = None

    def look(self, now: float) -> None:
        """Tell what has changed."""
        song = self._host.song()
        beat = song.current_song_time
        state = (
            song.tempo,
            song.is_playing,
            song.signature_numerator,
            song.signature_denominator,
        )
        if self._is_news(state, beat, now):
            bpm, playing, numerator, denominator = state
            self._told, self._told_at = state, now
            self._tell((float(beat), float(bpm), int(playing), int(numerator), int(denominator)))
        self._beat, self._seen_at = beat, now

    def _is_news(self, state: State, beat: float, now: float) -> bool:
        if state != self._told:
            return True
        if beat == self._beat:
            return False  # stopped, or not yet moved on: an old position would only mislead
        bpm, is_playing = state[0], state[1]
        if not is_playing:
            return True
        moved, explained = beat - self._beat, (now - self._seen_at) * bpm / 60
        is_jump = not -_JUMP_BEATS < moved - explained < _JUMP_BEATS
        return is_jump or now - self._told_at >= INTERVAL_SECONDS
