"""The addresses of the tracks: what of Continuo's own is heard, how loud, on which instrument."""

from bridge.api.address import PREFIX, Address, Parameter

_NAME = Parameter("s", "name")
_ON = Parameter("i", "on", 0, 1)
_TOLD = (PREFIX + "track",)
PROGRAM_TOLD = (*_TOLD, PREFIX + "program")


def _in(
    name: str,
    value: Parameter,
    description: str,
    example: tuple[float | str, ...],
    replies: tuple[str, ...] = _TOLD,
) -> Address:
    path = PREFIX + name
    return Address(path, (_NAME, value), description, example, command=name, replies=replies)


TRACK_INCOMING = (
    _in(
        "track/mute",
        _ON,
        "Silences a track at once, by its name: bass, or melody for what sounds again of yours.",
        ("bass", 1),
    ),
    _in("track/solo", _ON, "Has this track, and others set so, heard alone.", ("bass", 1)),
    _in(
        "track/level",
        Parameter("f", "level", 0, 2),
        "Scales a track's velocities: 1 as composed, 0 silence. Takes on disk are as composed.",
        ("bass", 0.7),
    ),
    _in(
        "track/program",
        Parameter("i", "program", 0, 127),
        "Gives a track another instrument by its General MIDI program, in its takes as well: the "
        "same as /continuo/program.",
        ("bass", 33),
        PROGRAM_TOLD,
    ),
    Address(PREFIX + "track/list", (), "Lists the tracks.", command="track/list", replies=_TOLD),
)

TRACK_OUTGOING = (
    Address(
        PREFIX + "track",
        (
            _NAME,
            Parameter("i", "channel", 1, 16),
            Parameter("i", "mute", 0, 1),
            Parameter("i", "solo", 0, 1),
            Parameter("f", "level", 0, 2),
            Parameter("i", "program", -1, 127),
        ),
        "A track as it is set: its channel from 1, its program (-1: none is sent).",
    ),
)
