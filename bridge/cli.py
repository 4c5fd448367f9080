"""The command `continuo`: which commands there are, each imported only when it is asked for."""

import importlib
import io
import sys
import traceback
from typing import Any, NamedTuple

import click

from bridge.commands.errors import EXIT_CODE
from models.artifact.patience import leave
from models.errors import ContinuoError
from models.suggestions import near_names
from models.user_folders import log_file


class Lazy(NamedTuple):
    """Where a command lives, and its line in `continuo --help`."""

    module: str
    attribute: str
    help: str


COMMANDS = {
    "play": Lazy("bridge.commands.play", "command", "Play a melody; hear the accompaniment."),
    "studio": Lazy("bridge.commands.studio", "command", "Open the page: play, keep, train."),
    "generate": Lazy("bridge.commands.generate", "command", "Accompany melodies in MIDI files."),
    "render": Lazy("bridge.commands.render", "command", "Turn MIDI files into sound files."),
    "takes": Lazy("bridge.commands.takes", "command", "List, hear, keep and render takes."),
    "train": Lazy("bridge.commands.train", "command", "Make a model from a folder of music."),
    "evaluate": Lazy("bridge.commands.evaluate", "command", "Measure how well a model plays."),
    "dataset": Lazy("bridge.commands.dataset", "command", "Say what a folder of music holds."),
    "models": Lazy("bridge.commands.models", "command", "List the models."),
    "ports": Lazy("bridge.commands.ports", "command", "List the MIDI ports."),
    "doctor": Lazy("bridge.commands.doctor", "command", "Say what is wrong and how to mend it."),
    "config": Lazy("bridge.commands.config", "command", "Set your own defaults for options."),
    "install": Lazy("bridge.commands.install", "command", "Add to Ableton Live, Max or REAPER."),
    "bench": Lazy("bridge.commands.bench", "command", "Measure latency and speed here."),
}


_ASKED = "continuo.asked"


class LazyGroup(click.Group):
    """A group that imports a command when it runs, and catches what the command does not."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        lazy = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(lazy.module), lazy.attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which ones have names near to it."""
        ctx.meta[_ASKED] = args[0] if args else ""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            near = near_names(args[0], list(COMMANDS))
            raise click.UsageError(f"no command {args[0]!r}; {near}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table's lines, importing nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.help) for name, lazy in COMMANDS.items()])

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - as click has it
        """Run as click does; end the process at once where a model goes on without an end."""
        _print_anything()
        try:
            return super().main(*args, **extra)
        except SystemExit as end:
            leave(end.code if isinstance(end.code, int) else 1)
            raise

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what the user can mend ends it with a sentence and exit code 2.

        A fault of ours becomes one sentence, exit code 1 and a log.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            # Ctrl-C is how `play` ends, also while it still opens.
            if ctx.meta.get(_ASKED) == "play":
                raise click.exceptions.Exit(0) from None
            raise
        except (click.ClickException, click.exceptions.Exit, click.Abort, EOFError):
            raise
        except ContinuoError as error:
            raise Mistake(str(error)) from error
        except BrokenPipeError:  # `continuo models | head`: click ends quietly
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            raise Crash(error) from error


class Mistake(click.ClickException):
    """What the user can mend, said in a sentence."""

    exit_code = EXIT_CODE


class Crash(click.ClickException):
    """A fault of ours: said in a sentence, with the traceback in a log file."""

    exit_code = 1

    def __init__(self, error: Exception) -> None:
        try:
            text = str(error).strip() or "no reason given"
        except Exception:  # noqa: BLE001 - an error that cannot even say what it is
            text = "no reason given"
        said = f"Continuo failed ({type(error).__name__}: {text.splitlines()[0]})"
        super().__init__(f"{said}; {_log(error)}")


def _log(error: Exception) -> str:
    # Whatever is wrong with the disk, the home or the error itself: the sentence is said.
    try:
        path = log_file("crash.log")
        path.parent.mkdir(parents=True, exist_ok=True)
        trace = "".join(traceback.format_exception(error))
        path.write_text(trace, encoding="utf-8", errors="backslashreplace")
    except Exception:  # noqa: BLE001
        return "run it with `continuo --debug` to see where"
    return f"where it happened is in {path}"


def _print_anything() -> None:
    """A name that this console cannot print looks odd there, and stops nothing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@click.group("continuo", cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="continuo", message="continuo %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback if Continuo itself fails.")
@click.option("--verbose", is_flag=True, help="Write the log on standard error.")
def main(debug: bool, verbose: bool) -> None:
    """Play a melody; the accompaniment comes in on the next bar, as notes and as clips."""
    if verbose:
        from bridge.commands.watch_log import be_verbose

        be_verbose(None, None, True)
