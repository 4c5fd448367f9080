"""The table in words: the answers to `/continuo/help`, and the reference in docs/osc.md.

`python -m bridge.api.help` prints the reference; with `--write` it puts it into docs/osc.md.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from bridge.api.ableton_addresses import FROM_SCRIPT, TO_SCRIPT
from bridge.api.address import PREFIX, Address, Parameter
from bridge.api.addresses import INCOMING, OUTGOING
from bridge.api.validation import ADDRESSES, UnknownAddressError

PAGE = Path(__file__).parents[2] / "docs" / "osc.md"
BEGIN, END = "<!-- osc:begin -->", "<!-- osc:end -->"


def help_items(path: object = "") -> list[tuple[str, str, str]]:
    """Say of one address, or of each that can be sent to: path, arguments, what it does.

    UnknownAddressError if there is none of that name.
    """
    if not path:
        return [(a.path, a.signature, a.description) for a in INCOMING]
    wanted = str(path) if str(path).startswith("/") else PREFIX + str(path)
    address = ADDRESSES.get(wanted)
    if address is None:
        raise UnknownAddressError(wanted)
    return [(address.path, address.signature, _full(address))]


def reference() -> str:
    """Write the reference of all addresses as Markdown."""
    tables = {
        "to Continuo": INCOMING,
        "from Continuo": OUTGOING,
        "from the script in Live": FROM_SCRIPT,
        "to the script in Live": TO_SCRIPT,
    }
    return "\n\n".join(_table(heading, rows) for heading, rows in tables.items()) + "\n"


def _full(address: Address) -> str:
    """What it does, what its arguments may be, and what comes back."""
    parts = [address.description]
    ranges = [_allowed(p) for p in (*address.parameters, *address.group)]
    parts += [text for text in ranges if text]
    if address.replies:
        parts.append(f"Answers: {', '.join(address.replies)}.")
    return " ".join(parts)


def _allowed(parameter: Parameter) -> str:
    if parameter.choices:
        return f"{parameter.name}: {', '.join(parameter.choices)}."
    if parameter.low is None or parameter.high is None:
        return ""
    return f"{parameter.name}: {parameter.low:.10g} to {parameter.high:.10g}."


def _table(heading: str, addresses: Iterable[Address]) -> str:
    rows = [f"| {heading} | arguments | |", "|---|---|---|"]
    for address in addresses:
        words = f"`{address.signature}`" if address.signature else ""
        rows.append(f"| `{address.path}` | {words} | {_cell(address)} |")
    return "\n".join(rows)


def _cell(address: Address) -> str:
    """Its description, what is allowed and answers, without what would end a table's cell."""
    allowed = [text for p in address.parameters if (text := _allowed(p))]
    replies = ", ".join(f"`{reply}`" for reply in address.replies)
    answers = [f"Answers: {replies}."] if replies else []
    return " ".join([address.description, *allowed, *answers]).replace("|", "\\|")


def main(arguments: list[str]) -> None:
    """Print the reference, or write it between the marks of docs/osc.md."""
    if arguments != ["--write"]:
        sys.stdout.write(reference())
        return
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{reference()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
