"""`continuo config`: defaults of the user's own for the options of other commands."""

import importlib
import json
from pathlib import Path

import click

from bridge.commands.configured import CONFIGURED, as_click_has_them, find_option, parse_value
from bridge.commands.errors import UserError
from bridge.commands.model_choice import usable_model
from bridge.storage import defaults_file

_MODELS = ("model", "then")  # options that name models
ENTRY = click.argument("entry", metavar="COMMAND.OPTION")


@click.group("config", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Show and set your own defaults: `continuo config set play.tempo 96`.

    Every option of play, generate, render and train may have one; what you say on the command line
    wins. The file is TOML and may be edited by hand.
    """
    if context.invoked_subcommand is None:
        _show(as_json=False)


@command.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show_command(as_json: bool) -> None:
    """Show the defaults that are set."""
    _show(as_json)


def _show(as_json: bool) -> None:
    path = defaults_file.default_file()
    found = defaults_file.load(path)
    for name, entries in found.items():
        as_click_has_them(_command(name, f"{path}: "), entries, f"{path}: {name}.")
    if as_json:
        click.echo(json.dumps({"file": str(path), "defaults": found}, indent=2, default=str))
        return
    for name, entries in found.items():
        for key, value in entries.items():
            click.echo(f"{name}.{key} = {json.dumps(value, ensure_ascii=False)}")
    is_empty = not any(found.values())
    click.echo(f"{'Nothing is set; defaults go into' if is_empty else 'Set in'} {path}")


@command.command("path")
def path_command() -> None:
    """Print where the file is, whether or not it is there yet."""
    click.echo(str(defaults_file.default_file()))


@command.command("set", context_settings={"ignore_unknown_options": True})
@ENTRY
@click.argument("value", nargs=-1, required=True, metavar="VALUE...")
def set_command(entry: str, value: tuple[str, ...]) -> None:
    """Set a default; several values where the option may be given several times."""
    name, key = _entry(entry)
    found = parse_value(_command(name), key, value, f"{name}.")
    for model in value if key in _MODELS else ():
        usable_model(model)
    path = _file()
    defaults_file.put(path, name, key, found)  # type: ignore[arg-type]  # what TOML can hold
    click.echo(f"{name}.{key} = {json.dumps(found, ensure_ascii=False)}, in {path}")


@command.command("unset")
@ENTRY
def unset_command(entry: str) -> None:
    """Take a default out of the file again."""
    name, key = _entry(entry)
    path = _file()
    if key not in defaults_file.load(path).get(name, {}):
        find_option(_command(name), key, f"{name}.")
        raise UserError(f"{name}.{key} is not set in {path}")
    defaults_file.put(path, name, key, None)
    click.echo(f"{name}.{key} is no longer set in {path}")


def _file() -> Path:
    return defaults_file.default_file()


def _entry(text: str) -> tuple[str, str]:
    name, dot, key = text.partition(".")
    if not (dot and key):
        raise UserError(f"an entry must look like play.tempo, got {text!r}")
    return name, key.lstrip("-")


def _command(name: str, where: str = "") -> click.Command:
    if name not in CONFIGURED:
        known = ", ".join(CONFIGURED)
        raise UserError(f"{where}no defaults can be set for {name!r}: only for {known}")
    found = importlib.import_module(f"bridge.commands.{name}").command
    assert isinstance(found, click.Command)
    return found
