"""What an entry of the table of OSC addresses says of one address."""

from dataclasses import dataclass

PREFIX = "/continuo/"
PORT, EVENTS_PORT = 11020, 11021


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: its OSC type tag (i, f or s), its range or its choices, in words."""

    kind: str
    name: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """An address: its arguments in order, what it does, and one call as an example.

    `group`: arguments that may come any number of times after the others (the notes of a clip).
    `may_be_bare`: or not at all.
    `command`: what the engine is asked for; empty where the OSC side answers by itself.
    """

    path: str
    parameters: tuple[Parameter, ...] = ()
    description: str = ""
    example: tuple[float | str, ...] = ()
    group: tuple[Parameter, ...] = ()
    command: str = ""
    replies: tuple[str, ...] = ()
    may_be_bare: bool = False

    @property
    def name(self) -> str:
        """The path without `/continuo/`."""
        return self.path.removeprefix(PREFIX)

    @property
    def least(self) -> int:
        """How many arguments there must be."""
        return sum(not parameter.optional for parameter in self.parameters)

    @property
    def signature(self) -> str:
        """The arguments for people: `s id [i seed] (i pitch f start ...)*`."""
        words = [_word(parameter) for parameter in self.parameters]
        if self.group:
            words.append(f"({' '.join(_word(parameter) for parameter in self.group)})*")
        return " ".join(words)


def _word(parameter: Parameter) -> str:
    word = f"{parameter.kind} {parameter.name}"
    return f"[{word}]" if parameter.optional else word


NOTE = (
    Parameter("i", "pitch", 0, 127),
    Parameter("f", "start", -16, 4096),
    Parameter("f", "duration", 0, 4096),
    Parameter("i", "velocity", 1, 127),
    Parameter("i", "mute", 0, 1),
)


# What one argument may be as it came; True, False and None have tags of their own.
Argument = int | float | str | bytes | bool | None
