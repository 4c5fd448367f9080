"""A folk band: a guitar's boom-chuck, an accordion, a plucked bass, light percussion."""

from models.arranging.drum_grooves import Groove
from models.arranging.style import BASS, BLOCK, BOOM, FOUR, SIX, THREE, Part, Style

_BASS = {
    FOUR: (
        ("r---....r---....", "r-------........"), ("r---....f---....",),
        ("r---....f---..f-", "r---....f---...."), ("r---f---r---f---", "r---..f-r---..f-"),
    ),
    THREE: (
        ("r-------....",), ("r---........",), ("r---....f---", "r---........"), ("r---f---f---",),
    ),
    SIX: (
        ("r---........",), ("r-----f-----",), ("r---..f---..",), ("r---f-r---f-", "r---..f---.."),
    ),
}  # fmt: skip
# b the lowest string, B the next one's fifth; x strums down, o lightly up.
_GUITAR = {
    FOUR: (
        ("b---x---B---x---", "b---x---b---x---"), ("b---x---B---x-o-", "b---x---B---x---"),
        ("b---x-o-B---x-o-", "b---xoxoB---x-o-"), ("b-o-X-o-B-o-X-o-", "b-xoX-xoB-xoX-xo"),
    ),
    THREE: (
        ("b---x---x---",), ("b---x---x-o-", "b---x---x---"), ("b---x-o-x-o-",), ("b-o-X-o-X-o-",),
    ),
    SIX: (
        ("b---x-B---x-",), ("b---x-B---x-",), ("b-o-x-B-o-x-",), ("b-xox-B-xox-", "X-o-x-X-o-x-"),
    ),
}  # fmt: skip
_ACCORDION = {
    FOUR: (
        ("................", "x---------------"), ("x---------------", "x-------x-------"),
        ("....x---....x---", "x-----x-x-------"), ("..x-..x-..x-..x-", "....X-x-....X-x-"),
    ),
    THREE: (
        ("............", "x-----------"), ("x-----------",), ("....x---x---",), ("....X---X-x-",),
    ),
    SIX: (
        ("............", "x-----------"), ("x-----x-----",), ("....x-....x-",), ("..x-x-..x-x-",),
    ),
}  # fmt: skip
_KICK, _STICK, _SHAKER, _TAMBOURINE = 36, 37, 70, 54
_BEATS = {
    FOUR: (
        {_KICK: "x.......x.......", _TAMBOURINE: "....x.......x..."},
        {_KICK: "x.......x.......", _SHAKER: "x.o.X.o.x.o.X.o."},
        {_KICK: "x.......x.......", _STICK: "....x.......x...", _SHAKER: "xoxoXoxoxoxoXoxo"},
        {_KICK: "X.......X..o....", _TAMBOURINE: "..o.X.o...o.X.o.", _STICK: "....x.......x..."},
    ),
    THREE: (
        {_KICK: "x...........", _TAMBOURINE: "....o...o..."},
        {_KICK: "x...........", _STICK: "....o...o...", _SHAKER: "x.o.x.o.x.o."},
    ),
    SIX: (
        {_KICK: "x.....o.....", _TAMBOURINE: "....x.....x."},
        {_KICK: "x.....x.....", _SHAKER: "x.o.x.x.o.x.", _STICK: "......x....."},
    ),
}  # fmt: skip


def _suits(take: Groove) -> bool:
    return False  # a drum kit would drown it: its percussion is written


FOLK = Style(
    "folk-band",
    "Folk band",
    (
        Part("Accordion", "organ", 21, 55, 79, BLOCK, _ACCORDION, 3, 58),
        Part("Guitar", "guitar", 25, 40, 72, BOOM, _GUITAR, 4, 70),
        Part("Bass", "bass", 32, 28, 50, BASS, _BASS, 1, 82),
    ),
    _suits,
    _BEATS,
    (),
    plain=True,
)
