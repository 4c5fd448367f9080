"""A jazz combo: walking bass, comping piano, drums that the ride leads; eighths are swung."""

from models.arranging.drum_grooves import Groove
from models.arranging.style import FOUR, SHELL, SIX, THREE, WALKING, Part, Style

# Of a bass: w walks, 2 plays two notes a bar.
_BASS = {
    key: (("2", "w"), ("w",), ("w",), ("w",)) for key in (FOUR, THREE, SIX)
}  # fmt: skip
_PIANO = {
    FOUR: (
        ("x-------........", "......x---......", "x-----......x---", "....x---........"),
        ("x--...x---......", "......x-......x-", "..x---......x---", "....x-......x-..",
         "x-....x-........", "..........x-----"),
        ("x--...X-..x-....", "..x-..x-....x---", "......X-..x-....", "x-..x-..x---..x-",
         "..x---..X-..x-..", "x--...x---..x-.."),
        ("X-x-..X-..x-X-..", "..X-..x-..X-..x-", "X--...X---X-..x-", "x-..X-x-..x-X-x-"),
    ),
    THREE: (
        ("x-------....", "....x-------"), ("x--...x---..", "....x-..x-..", "..x---......"),
        ("..x-..x-x---", "....X-..X-..", "x--...X---x-"), ("X-x-..X-x-..", "..X-x-..X-x-"),
    ),
    SIX: (
        ("x-----......", "......x-----"), ("x---..x---..", "....x-....x-"),
        ("x---x-..x-..", "..x-..x---x-"), ("X---x-X---x-",),
    ),
}  # fmt: skip
_RIDE, _BELL, _PEDAL, _KICK, _STICK = 51, 53, 44, 36, 37
_BEATS = {
    FOUR: (
        {_RIDE: "x...x.o.x...x.o.", _PEDAL: "....x.......x...", _KICK: "o...o...o...o..."},
        {_RIDE: "x...X.o.x...X.o.", _PEDAL: "....x.......x...", 38: "..........o....."},
    ),
    THREE: ({_RIDE: "x...x.o.x...", _PEDAL: "....x...x...", _KICK: "x..........."},),
    SIX: ({_RIDE: "x...o.x...o.", _PEDAL: "......x.....", _KICK: "o..........."},),
}


def _suits(take: Groove) -> bool:
    is_led_by_ride = take.rides >= 3.5 and take.hats <= 1.5
    return take.style == "jazz" and take.is_swung and is_led_by_ride and take.backbeat < 0.5


JAZZ = Style(
    "jazz-combo",
    "Jazz combo",
    (
        Part("Piano", "piano", 0, 50, 74, SHELL, _PIANO, 4, 64),
        Part("Bass", "bass", 32, 28, 50, WALKING, _BASS, 1, 84),
    ),
    _suits,
    _BEATS,
    ("jazz",),
    plain=False,
)
