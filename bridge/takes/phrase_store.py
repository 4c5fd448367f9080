"""The phrases that were sent, by their ids."""

from collections import OrderedDict

from models.music.clip import Clip

_MOST = 64


class PhraseStore:
    """Remembers the newest phrases; of a refused one that it was."""

    def __init__(self) -> None:
        self._phrases: OrderedDict[str, Clip | None] = OrderedDict()

    def keep(self, phrase_id: str, clip: Clip | None) -> None:
        """Remember a phrase under its id; None: what was sent is none."""
        self._phrases.pop(phrase_id, None)
        self._phrases[phrase_id] = clip
        if len(self._phrases) > _MOST:
            self._phrases.popitem(last=False)

    def find(self, phrase_id: str) -> Clip | None:
        """Return the phrase with this id, None if none was sent; ValueError if it was refused."""
        if phrase_id in self._phrases and self._phrases[phrase_id] is None:
            raise ValueError(f"the phrase {phrase_id!r} was refused: send it again")
        return self._phrases.get(phrase_id)
