"""Where everything lies: the panel of the patch, and that of the device, 169 pixels high."""

from dataclasses import dataclass

from tools.max_patches.addresses import DEVICE_PORT, PANEL_PORT
from tools.max_patches.patch import Rect

DIALS = 8
SECTIONS = ("intro", "a", "b", "c", "d", "fill", "break", "ending")


@dataclass(frozen=True, slots=True)
class Layout:
    """What differs between the two panels, and nothing else does."""

    places: dict[str, Rect]
    fonts: dict[str, float]
    port: int
    waker: str
    prefix: str


def row_of(names: str, left: float, top: float, height: float, gap: float) -> dict[str, Rect]:
    """Place `name:width` one beside the other; a number alone is a wider gap."""
    places: dict[str, Rect] = {}
    for word in names.split():
        name, _, width = word.partition(":")
        if not width:
            left += float(name)
            continue
        places[name] = (left, top, float(width), height)
        left += float(width) + gap
    return places


def dials(left: float, top: float, columns: int, width: float, size: float) -> dict[str, Rect]:
    """Place the dials, each with its name above (two lines if long) and its value below."""
    places: dict[str, Rect] = {}
    for i in range(DIALS):
        x, y = left + width * (i % columns), top + (size + 45) * (i // columns)
        places[f"label{i + 1}"] = (x, y, width, 26)
        places[f"dial{i + 1}"] = (x + (width - size - 6) / 2, y + 26, size + 6, size)
        places[f"value{i + 1}"] = (x, y + 26 + size, width, 17)
    return places


PATCH = Layout(
    {
        "ground": (0, 0, 784, 600),
        "state_card": (12, 12, 212, 64),
        "state": (20, 25, 196, 38),
        "light": (236, 12, 64, 64),
        "beat_card": (312, 12, 136, 64),
        "beat": (316, 25, 128, 38),
        "model_label": (460, 8, 200, 18),
        "model": (460, 28, 200, 24),
        "worker": (460, 57, 200, 18),
        "panic": (684, 12, 88, 64),
        **row_of(
            "record:84 end:84 12 generate:148 next:80 keep:80 drop:80 12 play:62 stop:62",
            *(12, 88, 52, 8),
        ),
        **row_of("mode_label:104 clock_label:104 bars_label:64 tempo_label:80", 12, 150, 18, 8),
        **row_of("mode:104 clock:104 bars:64 tempo:80", 12, 170, 24, 8),
        "clip": (396, 170, 376, 20),
        "roll": (12, 204, 760, 144),
        **dials(12, 358, 8, 95, 56),
        **row_of(" ".join(f"section_{name}:62" for name in SECTIONS), 12, 470, 40, 6),
        "section_said": (564, 470, 208, 20),
        "chord_said": (564, 492, 208, 20),
        **row_of("split_label:80 12 fill_begin_label:70 fill_end_label:70", 12, 518, 18, 8),
        **row_of("split:80 12 fill_begin:70 fill_end:70", 12, 538, 24, 8),
        "fill_hole": (276, 530, 120, 32),
        "extension_label": (420, 518, 80, 18),
        "extension": (420, 538, 80, 24),
        "then_label": (512, 518, 180, 18),
        "then": (512, 538, 180, 24),
        "then_none": (700, 530, 72, 32),
        "notice": (12, 572, 760, 20),
    },
    {"huge": 26.0, "big": 26.0, "body": 12.0, "small": 11.0, "name": 10.5, "button": 14.0},
    PANEL_PORT,
    "loadbang",
    "max",
)

DEVICE_WIDTH = 912

DEVICE = Layout(
    {
        "ground": (0, 0, DEVICE_WIDTH, 169),
        "state_card": (6, 6, 108, 32),
        "state": (8, 11, 104, 22),
        "light": (120, 6, 32, 32),
        "beat_card": (6, 44, 146, 28),
        "beat": (8, 47, 142, 22),
        "model": (6, 78, 146, 20),
        **row_of("mode:71 clock:71", 6, 103, 16, 4),
        **row_of("bars_label:30 bars:36 tempo_label:32 tempo:44", 6, 123, 16, 1.3),
        "worker": (6, 146, 146, 17),
        **row_of("record:62 end:62", 160, 6, 26, 4),
        "generate": (160, 36, 128, 36),
        **row_of("next:62 keep:62", 160, 76, 26, 4),
        **row_of("drop:62 panic:62", 160, 106, 26, 4),
        **row_of("play:62 stop:62", 160, 136, 26, 4),
        **dials(294, 2, 4, 56, 38),
        "clip": (524, 4, 218, 17),
        "roll": (524, 22, 218, 108),
        "notice": (524, 133, 218, 32),
        **row_of("section_intro:37 section_a:37 section_b:37 section_c:37", 750, 6, 26, 2),
        **row_of("section_d:37 section_fill:37 section_break:37 section_ending:37", 750, 36, 26, 2),
        "section_said": (750, 66, 154, 17),
        "chord_said": (750, 84, 154, 17),
        **row_of("split_label:30 split:44", 750, 105, 16, 2),
        **row_of("extension_label:30 extension:24", 828, 105, 16, 1),
        **row_of("fill_begin:40 fill_end:40 fill_hole:70", 750, 128, 19, 2),
        **row_of("then:110 then_none:42", 750, 150, 17, 2),
    },
    {"huge": 14.0, "big": 13.0, "body": 10.0, "small": 9.5, "name": 9.0, "button": 10.5},
    DEVICE_PORT,
    "live.thisdevice",
    "live",
)
