"""What the panels look like: colours, and the drawn boxes with their settings."""

from typing import Any

from bridge.api.address import Parameter
from tools.max_patches.patch import Box, Patch, Rect, Settings

Colour = tuple[float, float, float, float]

SCREEN: Colour = (0.09, 0.1, 0.115, 1.0)
GROUND: Colour = (0.13, 0.14, 0.16, 1.0)
CARD: Colour = (0.19, 0.2, 0.23, 1.0)
BUTTON: Colour = (0.27, 0.29, 0.33, 1.0)
LIGHT: Colour = (0.92, 0.93, 0.94, 1.0)
DIM: Colour = (0.62, 0.65, 0.69, 1.0)
TEAL: Colour = (0.25, 0.72, 0.62, 1.0)
AMBER: Colour = (0.95, 0.68, 0.25, 1.0)
RED: Colour = (0.84, 0.3, 0.28, 1.0)
BLUE: Colour = (0.3, 0.54, 0.86, 1.0)
VIOLET: Colour = (0.56, 0.42, 0.84, 1.0)
INK: Colour = (0.1, 0.11, 0.13, 1.0)

STATE_COLOURS = {
    "idle": CARD,
    "listening": BLUE,
    "generating": VIOLET,
    "armed": AMBER,
    "playing": TEAL,
}
TRACK_COLOURS = (TEAL, AMBER, BLUE, VIOLET, RED, LIGHT)


def colour_message(word: str, colour: Colour) -> str:
    """Write the message that gives a box this colour."""
    return " ".join([word, *(f"{part:g}" for part in colour)])


def pen_message(word: str, colour: Colour) -> str:
    """Write the message that gives an lcd this colour: 0 to 255, without opacity."""
    return " ".join([word, *(str(round(255 * part)) for part in colour[:3])])


class Look:
    """Adds drawn boxes to a patch, each at the place that its layout has for its name."""

    def __init__(self, patch: Patch, places: dict[str, Rect], fonts: dict[str, float]) -> None:
        self.patch = patch
        self.places = places
        self.fonts = fonts
        self.parameters: dict[str, list[Any]] = {}

    def text(self, name: str, text: str, font: str, colour: Colour = LIGHT, **more: object) -> Box:
        """Add a comment that can be set."""
        settings = {"fontsize": self.fonts[font], "textcolor": list(colour)}
        return self._add("comment", name, {**settings, **more}, text)

    def card(self, name: str, colour: Colour = CARD, rounded: int = 6) -> Box:
        """Add a coloured ground that lies behind everything."""
        settings = {"bgcolor": list(colour), "mode": 0, "border": 0, "rounded": rounded}
        return self._add("panel", name, {"background": 1, "ignoreclick": 1, **settings})

    def light(self, name: str) -> Box:
        """Add a light that flashes."""
        settings = {"offcolor": list(CARD), "oncolor": list(TEAL), "blinktime": 120}
        return self._add("led", name, {"ignoreclick": 1, **settings})

    def screen(self, name: str) -> Box:
        """Add a surface to draw on, that the mouse leaves alone."""
        return self._add("lcd", name, {"local": 0, "border": 0, "ignoreclick": 1})

    def menu(self, name: str) -> Box:
        """Add a menu that is filled while the patch runs."""
        colours = {"bgfillcolor_type": "color", "bgfillcolor_color": list(BUTTON)}
        settings = {"textcolor": list(LIGHT), "items": [], "fontsize": self.fonts["body"]}
        return self._add("umenu", name, colours | settings)

    def button(self, name: str, title: str, colour: Colour = BUTTON, word: str = "") -> Box:
        """Add a button that can be mapped to a key or a pedal in Live; `word` in its title's place.

        Live tells what can be mapped by its title.
        """
        ink = LIGHT if colour in (BUTTON, RED) else INK
        settings = {
            "activebgcolor": list(colour),
            "activebgoncolor": list(LIGHT),
            "activetextcolor": list(ink),
            "activetextoncolor": list(INK),
            "mode": 0,
            "texton": word or title,
            "rounded": 6.0,
            "fontsize": self.fonts["button"],
        }
        value = {"parameter_type": 2, "parameter_enum": ["off", "on"], "parameter_mmax": 1}
        return self._parameter("live.text", name, title, value, text=word or title, **settings)

    def choice(self, name: str, title: str, choices: tuple[str, ...]) -> Box:
        """Add a menu whose entries are known beforehand."""
        value = {
            "parameter_type": 2,
            "parameter_enum": list(choices),
            "parameter_mmax": len(choices) - 1,
        }
        return self._parameter("live.menu", name, title, value, fontsize=self.fonts["body"])

    def number(self, name: str, title: str, argument: Parameter, hidden: bool = False) -> Box:
        """Add a number that can be dragged; hidden from automation, and from Live's undo."""
        is_whole = argument.kind == "i"
        value: dict[str, object] = {
            "parameter_type": 1 if is_whole else 0,
            "parameter_unitstyle": 0 if is_whole else 1,
            "parameter_mmin": argument.low,
            "parameter_mmax": argument.high,
        }
        if hidden:
            value["parameter_invisible"] = 2
        return self._parameter("live.numbox", name, title, value, fontsize=self.fonts["body"])

    def dial(self, name: str, title: str) -> Box:
        """Add a dial from 0 to 1; what it means is written beside it, and it begins hidden."""
        value = {"parameter_type": 0, "parameter_unitstyle": 1, "parameter_mmax": 1.0}
        settings = {"showname": 0, "shownumber": 0, "hidden": 1, "activedialcolor": list(TEAL)}
        return self._parameter("live.dial", name, title, value, **settings)

    def _parameter(
        self, maxclass: str, name: str, title: str, value: Settings, **more: object
    ) -> Box:
        names = {"parameter_longname": title, "parameter_shortname": title, "parameter_modmode": 0}
        saved = {"saved_attribute_attributes": {"valueof": {**names, **value}}}
        box = self._add(maxclass, name, {"parameter_enable": 1, **saved, **more})
        self.parameters[box.id] = [title, title, 0]
        return box

    def _add(self, maxclass: str, name: str, settings: Settings, text: str = "") -> Box:
        at = (self.patch.x, self.patch.y, 120.0, 22.0)
        self.patch.y += 40
        place = self.places.get(name)
        shown = {"presentation": 1, "presentation_rect": [float(e) for e in place]} if place else {}
        return self.patch.add(maxclass, text, at, {"varname": name, **shown, **settings})
