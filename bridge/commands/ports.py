"""`continuo ports`: the inputs and outputs of each MIDI system that answers."""

import json
from collections.abc import Mapping
from dataclasses import asdict

import click

from bridge.midi.ports import PortInfo

NONE = "No MIDI system answers here (asked: {}). `continuo doctor` says what is missing."
NO_OTHERS = "{} answers: no other ports; `continuo play` makes its own."


@click.command("ports")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a list.")
def command(as_json: bool) -> None:
    """List the MIDI ports that --input and --output of `continuo play` can name."""
    # rtmidi takes a moment to load: `--help` need not wait for it.
    from bridge.midi.rtmidi_ports import list_ports, problems

    ports = list_ports()
    if as_json:
        click.echo(json.dumps({"ports": [asdict(port) for port in ports]}, indent=2))
        return
    for line in lines(ports, problems()):
        click.echo(line)


def lines(ports: list[PortInfo], problems: Mapping[str, str]) -> list[str]:
    """Give the ports as text, grouped by system and direction.

    `problems` says of each system that was asked why it does not answer, or nothing.
    """
    if all(problems.values()) and not ports:
        return [NONE.format(", ".join(problems))]
    others = {port.system for port in ports if not port.own}
    alone = [name for name, problem in problems.items() if not problem and name not in others]
    return _groups(ports) + [NO_OTHERS.format(name) for name in alone]


def _groups(ports: list[PortInfo]) -> list[str]:
    out: list[str] = []
    group: tuple[str, str] | None = None
    for port in ports:
        if (port.system, port.direction) != group:
            group = (port.system, port.direction)
            use = f"--{port.direction} NAME"
            out.append(f"{port.system} {port.direction}s ({use}):")
        # A Continuo never opens its own ports: they are shown to tell that one is running.
        out.append(f"  {port.name}{'   <- Continuo' if port.own else ''}")
    return out
