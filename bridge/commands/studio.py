"""`continuo studio`: `continuo play` with a page in the browser as its face."""

import os
import socket
import sys
import webbrowser
from importlib.util import find_spec
from typing import Any

import click

from bridge.commands.configured import ConfiguredCommand
from bridge.commands.errors import UserError
from bridge.commands.play import command as play_command
from bridge.commands.play import connections
from bridge.commands.play_options import LARGEST_PORT, Options, choose
from bridge.commands.play_session import PlaySession
from bridge.events import Event
from bridge.midi.rtmidi_ports import problems

PORT = 11022
_NEEDED = ("starlette", "uvicorn", "websockets")
_SERVER = (sys.executable, "-P", "-m", "bridge.studio.server")
_LEFT_OUT = ("demo", "verbose")


class StudioCommand(ConfiguredCommand):
    """Takes the options of `play`, with the defaults that the user set for `play`."""

    def _defaults(self, name: str) -> dict[str, Any]:
        return super()._defaults("play")


@click.command(
    "studio",
    cls=StudioCommand,
    params=[option for option in play_command.params if option.name not in _LEFT_OUT],
)
@click.option(
    "--port",
    type=click.IntRange(0, LARGEST_PORT),
    help=f"The page's port.  [default: {PORT}, or a free one]",
)
@click.option("--open/--no-open", "opens", default=True, help="Open the page in the browser.")
def command(port: int | None, opens: bool, **given: Any) -> None:  # noqa: ANN401 - play's own
    """Play, hear, keep and train on a page in your browser; all options of `play` hold."""
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        raise UserError(
            f"the studio needs an extra ({missing[0]} is not there): pip install 'continuo[studio]'"
        )
    options: Options = {**given, "demo": False}  # type: ignore[typeddict-item]
    _run(options, port, opens)


def _run(options: Options, port: int | None, opens: bool) -> None:
    from bridge.studio.server_link import ServerLink, StudioError

    options["quiet"] = True  # the page draws what is played
    chosen, there = choose(options), connections(options, _system())
    server_link = ServerLink(_nobody, _SERVER, there.takes, _port(port))
    server_link.begin()  # it loads while the ports are opened
    try:
        playing = PlaySession(chosen, there)
    except UserError:
        server_link.close()
        raise
    # Nobody has the address before, so that no event has come.
    server_link.put = playing.session.runner.put
    try:
        address = server_link.open()
    except StudioError as error:
        playing.view.stop()
        raise UserError(str(error)) from error
    playing.view.say(f"Studio: {address}")
    if opens:
        _show(address)
    playing.play(server_link)
    server_link.close()
    playing.leave(playing.close())


def _nobody(event: Event) -> None:
    raise AssertionError(f"a page came before anybody knew of it: {event}")


def _system() -> str:
    """Without any MIDI system the page is the keyboard and the sound."""
    return "none" if all(problems().values()) else "auto"


def _port(given: int | None) -> int:
    """The usual port, or should that be taken, one that is free."""
    if given is not None:
        return given
    with socket.socket() as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            return 0
    return PORT


def _show(address: str) -> None:
    """Open the page, where there is a screen to open it on."""
    has_screen = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if has_screen:
        webbrowser.open(address)
