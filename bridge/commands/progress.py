"""What a long command tells while it works: lines, faults, and a bar if a person is watching."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)


def progress_bar(how_far: ProgressColumn, *, hidden: bool) -> Progress:
    """Make the bar of a long command on standard error, if a person is watching."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        how_far,
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        disable=hidden or not sys.stderr.isatty(),
    )


def say_beside(bar: Progress, text: str, *, err: bool = False) -> None:
    """Say a line on standard output (or error) while a bar may be shown."""
    if bar.disable or not sys.stdout.isatty():
        click.echo(text, err=err)
    else:
        # On one terminal the line and the bar must not write over each other.
        bar.console.print(text, markup=False, highlight=False, soft_wrap=True)


class ProgressReporter:
    """Says lines on standard output (on standard error if `quiet`), faults on standard error."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._progress = progress_bar(MofNCompleteColumn(), hidden=quiet)
        self._task = self._progress.add_task("", total=total)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def say(self, text: str) -> None:
        """Say a line."""
        say_beside(self._progress, _printable(text), err=self._quiet)

    def fault(self, text: str) -> None:
        """Say that something failed, and go on."""
        if self._progress.disable:
            click.echo(f"Error: {_printable(text)}", err=True)
        else:
            self._progress.console.print(
                f"Error: {_printable(text)}", markup=False, highlight=False, soft_wrap=True
            )

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count one piece of work done at the end of the block, failed or not."""
        self._progress.update(self._task, description=name)
        yield
        self._progress.advance(self._task)

    def share(self, name: str, share: float) -> None:
        """Show how much of the piece of work in hand is done, 0 to 1."""
        if not self._progress.disable:
            self._progress.update(self._task, description=f"{name} {share:.0%}")

    def count(self, name: str) -> None:
        """Count one piece of work that is done."""
        self._progress.update(self._task, description=name, advance=1)

    @contextmanager
    def loading(self, name: str) -> Iterator[None]:
        """Show that a model is being loaded during the block."""
        before = self._progress.tasks[0].description
        self._progress.update(self._task, description=f"loading {name}")
        yield
        self._progress.update(self._task, description=before)


def _printable(text: str) -> str:
    """A file's name may hold bytes that no terminal can show."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
