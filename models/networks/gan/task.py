"""What one call of the instrument asks for, in a form that TorchScript can pass on."""

from typing import NamedTuple

from torch import Tensor


class Task(NamedTuple):
    """Steps are counted from `origin`; `shift` is what brings the melody into the white keys.

    `leave` is the step at which the melody ends.
    """

    origin: int
    leave: int
    bar: int
    shift: int
    seed: int
    temperature: float
    movement: float
    strict: bool
    active: list[bool]


class Span(NamedTuple):
    """A stretch of steps for one track, and the step's row before it in each known roll."""

    track: int
    first: int
    last: int


class MelodyInput(NamedTuple):
    """The melody on the grid: pitches (-1 where it rests), and the channels that describe it."""

    pitch: list[int]
    sounding: list[bool]
    velocity: list[int]
    features: Tensor
