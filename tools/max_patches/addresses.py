"""The addresses of the table as words of a Max patch; one that is not there stops the drawing."""

from bridge.api.address import Address, Parameter
from bridge.api.addresses import INCOMING, OUTGOING

HOST = "127.0.0.1"
REQUESTS_PORT = 11020
# One for each patch, so that all three may be open at once; the first gets the events unasked.
PANEL_PORT = 11021
HELP_PORT = 11031
DEVICE_PORT = 11041

_INCOMING = {address.name: address for address in INCOMING}
_OUTGOING = {address.name: address for address in OUTGOING}

Value = float | str


def word_of(value: Value) -> str:
    """Write an argument as Max reads it: a name with spaces, or an empty one, in quotes."""
    if isinstance(value, str):
        return f'"{value}"' if not value or " " in value else value
    return str(value)


def request(name: str, *values: Value) -> str:
    """Write a whole message to Continuo; KeyError or ValueError if the table has no such call."""
    address = _INCOMING[name]
    most = len(address.parameters)
    if not address.group and not address.least <= len(values) <= most:
        raise ValueError(f"{address.path} takes {address.least} to {most} arguments: {values}")
    return " ".join([address.path, *(word_of(value) for value in values)])


def asking(name: str) -> str:
    """Write the address of a request whose arguments come from the patch; KeyError if unknown."""
    return _INCOMING[name].path


def range_of(name: str, parameter: str) -> Parameter:
    """Find one argument of a request; StopIteration if it has none of that name."""
    return next(p for p in _INCOMING[name].parameters if p.name == parameter)


def event(name: str) -> Address:
    """Find what comes from Continuo by its name; KeyError if the table has no such address."""
    return _OUTGOING[name]


def unpacked(name: str) -> str:
    """Write the `unpack` that takes an event apart, typed as in the table."""
    words = {"s": "s", "i": "0", "f": "0."}
    return " ".join(["unpack", *(words[p.kind] for p in event(name).parameters)])


def outlet_of(name: str, parameter: str) -> int:
    """Say at which outlet of `unpacked(name)` an argument comes out."""
    return [p.name for p in event(name).parameters].index(parameter)
