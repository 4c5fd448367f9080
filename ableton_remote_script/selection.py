"""What the musician has selected, so that our work does not take it away from them."""

from __future__ import annotations

from .host import is_there
from .types import Song, Thing

_PARTS = ("selected_track", "highlighted_clip_slot", "detail_clip")


class Selection:
    """The track, the slot and the clip that are selected at this moment."""

    def __init__(self, song: Song) -> None:
        self._song = song
        self._before = [(part, getattr(song.view, part)) for part in _PARTS]

    def restore(self) -> None:
        """Select them again, as far as they are there and something else is selected now.

        What Live refuses of it stays as it is: the work itself is done.
        """
        for part, thing in self._before:
            try:
                self._select(part, thing)
            except (AttributeError, RuntimeError, TypeError):
                continue

    def _select(self, part: str, thing: Thing) -> None:
        view = self._song.view
        if is_there(thing) and getattr(view, part) != thing:
            setattr(view, part, thing)
