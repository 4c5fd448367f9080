"""What came, held against the table: values that the engine can trust, or a sentence."""

from collections.abc import Iterator, Sequence
from math import inf, isfinite
from typing import NamedTuple

from bridge.api.ableton_addresses import FROM_SCRIPT
from bridge.api.address import PREFIX, Address, Argument, Parameter
from bridge.api.addresses import INCOMING, OUTGOING
from bridge.api.near_addresses import near_addresses
from models.errors import ContinuoError

ADDRESSES = {address.path: address for address in (*INCOMING, *FROM_SCRIPT)}
_FOR_CLIENTS = [address.path for address in INCOMING]
# What is never answered with an error, because it is an answer itself.
ANSWERS = {a.path for a in (*OUTGOING, *FROM_SCRIPT)} - {a.path for a in INCOMING}
LONGEST_TEXT = 200
_LONGEST_ADDRESS = 80
_INT = (-(2.0**31), 2.0**31 - 1)
_WORDS = {"true": 1.0, "false": 0.0}


class MessageError(ContinuoError):
    """A message cannot be taken; its text is a sentence for whoever sent it."""


class UnknownAddressError(MessageError):
    """No address is called so. The sentence is made only when asked for: it takes a while."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._path = path

    def __str__(self) -> str:
        path = self._path
        if len(path) > _LONGEST_ADDRESS:
            return f"unknown address {path[:_LONGEST_ADDRESS]!r}...: {PREFIX}help lists all"
        if any(c in path for c in "*?[]{}"):
            return f"{path!r} is a pattern: send to one address at a time, {PREFIX}help lists all"
        near = near_addresses(path, _FOR_CLIENTS)
        said = f"did you mean {' or '.join(near)}?" if near else f"{PREFIX}help lists all"
        return f"unknown address {path!r}: {said}"


class ValidMessage(NamedTuple):
    """A message that the table allows: values in order, those left out left out."""

    address: Address
    values: tuple[float | str, ...]


def check(path: str, arguments: Sequence[Argument]) -> ValidMessage:
    """Return the typed values of a message; MessageError if the table does not allow them.

    A number may come as int, float, bool or text; a text as a number.
    """
    address = ADDRESSES.get(path)
    if address is None:
        raise UnknownAddressError(path)
    if not address.signature:
        # Where nothing is to be said, some programs say nil.
        arguments = [argument for argument in arguments if argument is not None]
    parameters = _parameters(address, len(arguments))
    values = tuple(
        _value(address.name, parameter, argument)
        for parameter, argument in zip(parameters, arguments, strict=False)
    )
    return ValidMessage(address, values)


def _parameters(address: Address, count: int) -> Iterator[Parameter]:
    """One parameter for each argument; MessageError if their number is wrong."""
    more = count - len(address.parameters)
    wrong = more % len(address.group) if address.group and more > 0 else max(more, 0)
    if count < address.least or wrong or (address.group and not more and not address.may_be_bare):
        takes = address.signature or "no arguments"
        raise MessageError(
            f"{address.name}: takes {takes}, got {count} argument{'s' * (count != 1)}"
        )
    yield from address.parameters
    while address.group:
        yield from address.group


def _value(name: str, parameter: Parameter, argument: Argument) -> float | str:
    if parameter.kind == "s":
        return _text(name, parameter, argument)
    number = _number(argument)
    low, high = _range(parameter)
    if not isfinite(number):
        raise MessageError(f"{name}: {parameter.name} must be a number, got {_shown(argument)}")
    if not low <= number <= high:
        span = f"in range {low:.12g}..{high:.12g}" if isfinite(high) else f"at least {low:g}"
        raise MessageError(f"{name}: {parameter.name} must be {span}, got {number:g}")
    if parameter.kind == "f":
        return number
    if number != int(number):
        raise MessageError(f"{name}: {parameter.name} must be a whole number, got {number:g}")
    return int(number)


def _range(parameter: Parameter) -> tuple[float, float]:
    low, high = _INT if parameter.kind == "i" else (-inf, inf)
    return (
        low if parameter.low is None else parameter.low,
        high if parameter.high is None else parameter.high,
    )


def _number(argument: Argument) -> float:
    """The number that an argument says, or infinity."""
    try:
        if isinstance(argument, str):
            word = argument.strip().lower()
            return _WORDS[word] if word in _WORDS else float(word)
        return inf if argument is None or isinstance(argument, bytes) else float(argument)
    except (ValueError, OverflowError):
        return inf


def _text(name: str, parameter: Parameter, argument: Argument) -> str:
    if isinstance(argument, (bool, bytes)) or argument is None:
        raise MessageError(f"{name}: {parameter.name} must be a text, got {_shown(argument)}")
    text = argument if isinstance(argument, str) else f"{argument:.9g}"
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise MessageError(
            f"{name}: {parameter.name} must be at most {LONGEST_TEXT} printable characters, "
            f"got {_shown(argument)}"
        )
    if not parameter.choices:
        return text
    if text.lower() not in parameter.choices:
        options = ", ".join(parameter.choices)
        raise MessageError(f"{name}: {parameter.name} must be one of {options}; got {_shown(text)}")
    return text.lower()


def _shown(argument: Argument) -> str:
    """An argument as it can be put in a sentence."""
    if isinstance(argument, bytes):
        return f"a blob of {len(argument)} bytes"
    if argument is None:
        return "nil"
    text = ascii(argument) if isinstance(argument, str) else str(argument)
    return text if len(text) <= 40 else f"{text[:37]}..."
