"""Questions of the self-test whose answers take some of Live's ticks."""

from __future__ import annotations

from .scratch import Scratch
from .task_queue import PAUSE
from .types import Steps

_CALLBACKS = 40  # of 10 ms: some of Live's ticks of 100 ms
_PLAYING = "skipped: Live is playing"


def _wait() -> Steps:
    for _ in range(_CALLBACKS):
        yield PAUSE


def _change_in_listener(scratch: Scratch) -> Steps:
    clip, seen = scratch.clip(), []

    def answer() -> None:
        try:
            clip.color = 0xFF0000
        except Exception as error:  # noqa: BLE001 - whichever Live raises is asked
            seen.append(type(error).__name__)
        else:
            seen.append("accepted")

    clip.add_name_listener(answer)
    clip.name = "renamed"
    yield from _wait()
    clip.remove_name_listener(answer)
    return seen


def _timer_dies(scratch: Scratch) -> Steps:
    def fail() -> None:
        raise ZeroDivisionError("the self-test asks whether this ends the timer")

    timer = scratch.host.timer(fail, 10)
    yield from _wait()
    is_running = bool(timer.running)
    timer.stop()
    return is_running


def _seek(scratch: Scratch) -> Steps:
    song = scratch.song
    if song.is_playing:
        return _PLAYING
    before = song.current_song_time
    song.current_song_time = before + 4.0
    is_stale = song.current_song_time == before
    yield from _wait()
    moved = song.current_song_time - before
    song.current_song_time = before
    yield from _wait()
    return [is_stale, moved, song.current_song_time == before]


def _fire(scratch: Scratch) -> Steps:
    song = scratch.song
    if song.is_playing:
        return _PLAYING
    before = song.current_song_time
    clip, beside = scratch.clip(), scratch.neighbour
    scratch.slot.fire()
    beside.fire()
    seen = [song.is_playing]
    yield from _wait()
    seen += [song.is_playing, clip.is_playing, beside.clip.is_playing]
    song.stop_playing()
    yield from _wait()
    song.current_song_time = before
    yield from _wait()
    return [*seen, song.is_playing]


CHECKS = (
    ("a change inside a listener", _change_in_listener, (["RuntimeError"],)),
    ("a timer goes on after an exception", _timer_dies, (False,)),
    ("seeking: stale, then moved, then back", _seek, ([True, 4.0, True], _PLAYING)),
    ("firing two from a stopped transport", _fire, ([False, True, True, True, False], _PLAYING)),
)
