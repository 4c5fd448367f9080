"""The options of `continuo play` for what helps at the keyboard: octave, chords, arpeggio."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import click

from bridge.commands.numbers import Number, Whole
from bridge.settings import ARPEGGIO_RATES, ARPEGGIOS, AUTO_CHORDS, LIMITS, OFF, WHOLE_LIMITS

_Function = Callable[..., Any]

_OPTIONS = (
    click.option(
        "--octave",
        type=Whole(*WHOLE_LIMITS["octave"]),
        default=0,
        metavar="OCTAVES",
        help="Your keys sound so many octaves higher, -3 to 3.",
    ),
    click.option(
        "--auto-chord",
        type=click.Choice(AUTO_CHORDS),
        default=OFF,
        help="Each key sounds a chord of the key of the music.",
    ),
    click.option(
        "--arpeggio",
        type=click.Choice(ARPEGGIOS),
        default=OFF,
        help="Keys that are held take turns, in time with the song.",
    ),
    click.option(
        "--arpeggio-rate",
        type=click.Choice(tuple(ARPEGGIO_RATES)),
        default="1/8",
        help="How long a turn is; t: triplets.  [default: 1/8]",
    ),
    click.option(
        "--arpeggio-octaves",
        type=Whole(*WHOLE_LIMITS["arpeggio_octaves"]),
        default=1,
        help="Over how many octaves they go, 1 to 4.",
    ),
    click.option(
        "--arpeggio-gate",
        type=Number(*LIMITS["arpeggio_gate"]),
        default=0.8,
        help="How much of its turn a note sounds.  [default: 0.8]",
    ),
    click.option(
        "--arpeggio-hold",
        is_flag=True,
        help="They go on when the keys are let go, until others are struck.",
    ),
)


def helper_options(function: _Function) -> _Function:
    """Give a command these options, in this order."""
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), function)
