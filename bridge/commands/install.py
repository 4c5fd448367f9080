"""`continuo install`: what belongs into Ableton Live's, Max's or REAPER's folders, put there."""

from pathlib import Path

import click

from bridge.setup.hosts import HOSTS, Host, places_here
from bridge.setup.installer import (
    FOLDER,
    InstallError,
    Plan,
    carry_out,
    plan,
    read_folder,
    source_folder,
)
from bridge.version import release

_MOST_NAMED = 5


@click.command("install")
@click.argument("host", type=click.Choice(list(HOSTS)))
@click.option("--to", type=click.Path(path_type=Path), metavar="DIR", help="Into this folder.")
@click.option("--force", is_flag=True, help="Overwrite what you have changed there.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
def command(host: str, to: Path | None, force: bool, dry_run: bool) -> None:
    """Put Continuo's script for Ableton Live, patches for Max or scripts for REAPER in place."""
    about = HOSTS[host]
    target = _target(about, to)
    planned = plan(read_folder(source_folder(about.source)), target)
    if planned.changed and not force:
        raise InstallError(
            f"{target} was changed: {_some(planned.changed)}; move your changes away, or "
            "overwrite them with --force"
        )
    if not dry_run and not planned.is_done:
        carry_out(planned, release())
    _say(planned, dry_run)
    if not dry_run:
        _say_next(about, target)


def _target(about: Host, to: Path | None) -> Path:
    folder = about.find(places_here()) if to is None else to.expanduser().absolute()
    return folder if folder.name == FOLDER else folder / FOLDER


def _say(planned: Plan, dry_run: bool) -> None:
    if planned.is_done:
        click.echo(f"{planned.target} is up to date.")
        return
    will = "would be " if dry_run else ""
    click.echo(f"{len(planned.written)} files {will}written into {planned.target}")
    for what, names in (("removed", planned.removed), ("left alone", planned.kept)):
        if names:
            click.echo(f"{will}{what}: {_some(names)}")
    if planned.changed:
        click.echo(f"{will}overwritten, though you changed them: {_some(planned.changed)}")


def _say_next(about: Host, target: Path) -> None:
    click.echo(f"Continuo is installed for {about.title} in {target}. What comes next:")
    for number, step in enumerate(about.steps, start=1):
        click.echo(f"  {number}. {step}")


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
