"""A pop band: bass with the kick, keys, guitar, eighths on the hi-hat and a backbeat."""

from models.arranging.drum_grooves import Groove
from models.arranging.style import BASS, BLOCK, FOUR, SIX, STRUM, THREE, Part, Style

_BASS = {
    FOUR: (
        ("r---------------", "r-------r-------", "r-----------r---"),
        ("r-----r-r-------", "r-------r-----f-", "r-----r---r-----", "r-----r-r-----r-"),
        ("R-r-r-r-r-r-r-r-", "R-----r-r---r-r-", "R---r-r-..r-r-o-", "k"),
        ("R-r-r-r-R-r-r-o-", "R-..r-r-R-r-r-f-", "r-o-r-o-r-o-r-o-", "k"),
    ),
    THREE: (
        ("r-----------", "r-------f---"), ("r-------r---", "r-----r-f---"),
        ("R---r---r---", "R-----r-r-r-"), ("R-r-r-r-r-o-", "R---r-r-r-r-"),
    ),
    SIX: (
        ("r-----------", "r-----r-----"), ("r-----r---f-", "r---r-r-----"),
        ("R---r-r---r-", "R-----r-r-r-"), ("R-r-r-R-r-r-", "R---r-R-r-o-"),
    ),
}  # fmt: skip
_KEYS = {
    FOUR: (
        ("x---------------", "x-------x-------"),
        ("x---o---x---o---", "x---x---x---x---", "x-----o-x-------"),
        ("X---x---X---x---", "X--x--x-x-------", "x-o-x-o-x-o-x-o-", "X-----x---x-----"),
        ("X-x-X-x-X-x-X-x-", "X--x--X-..x-x---", "X--x--x---X--xx-", "X---x-x-X---x-x-"),
    ),
    THREE: (
        ("x-----------",), ("x---o---o---", "x-------o---"),
        ("X---x---x---", "X-o-x-o-x-o-"), ("X-x-X-x-X-x-", "X-----x-x-x-"),
    ),
    SIX: (
        ("x-----------",), ("x-----x-----", "x---o-x---o-"),
        ("X-o-o-X-o-o-", "X---x-X---x-"), ("X-x-x-X-x-x-",),
    ),
}  # fmt: skip
_GUITAR = {
    FOUR: (
        ("0---1---2---1---", "0-----2---1-----", "................"),
        ("0-1-2-3-2-1-2-1-", "0-2-1-2-0-2-1-2-", "0-2-3-2-1-2-3-2-"),
        ("x---x-x-..x-x-x-", "X---x-o-x---x-o-", "0-2-1-3-0-2-1-3-"),
        ("X-x-x-xox-x-X-xo", "X-xoX-xo.-xoX-xo", "X-..X-x-..x-X-xx"),
    ),
    THREE: (
        ("0---1---2---", "............"), ("0-1-2-3-2-1-", "0---2---1---"),
        ("X---x-o-x-o-", "0-2-1-2-3-2-"), ("X-x-X-xoX-xo",),
    ),
    SIX: (
        ("0---1-2-----", "............"), ("0-1-2-3-2-1-",),
        ("X-o-x-X-o-x-", "0-2-1-3-2-1-"), ("X-xox-X-xox-",),
    ),
}  # fmt: skip
_BEATS = {
    FOUR: ({36: "X.......x.x.....", 38: "....X.......X...", 42: "x.o.x.o.x.o.x.o."},),
    THREE: (
        {36: "X...........", 38: "........X...", 42: "x.o.x.o.x.o."},
        {36: "X.....x.....", 38: "....x...x...", 42: "x.o.x.o.x.o."},
    ),
    SIX: (
        {36: "X...........", 38: "......X.....", 42: "x.o.o.x.o.o."},
        {36: "X...x.....x.", 38: "......X.....", 42: "x.o.x.x.o.x."},
    ),
}  # fmt: skip


def _suits(take: Groove) -> bool:
    is_near = take.style in ("pop", "rock", "soul", "dance", "funk")
    return is_near and not take.is_swung and take.backbeat >= 0.85 and take.hats >= 5


POP = Style(
    "pop-band",
    "Pop band",
    (
        Part("Keys", "piano", 0, 52, 76, BLOCK, _KEYS, 3, 68),
        Part("Guitar", "guitar", 25, 47, 79, STRUM, _GUITAR, 4, 66),
        Part("Bass", "bass", 33, 28, 50, BASS, _BASS, 1, 84),
    ),
    _suits,
    _BEATS,
    ("pop", "rock", "soul"),
    plain=True,
)
