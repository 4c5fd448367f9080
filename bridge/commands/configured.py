"""Commands whose options have defaults of the user's own, and a log that can be watched."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from bridge.commands.errors import UserError
from bridge.commands.watch_log import VERBOSE
from models.errors import ContinuoError
from models.suggestions import near_names
from models.user_folders import NoHomeError

CONFIGURED = ("play", "generate", "render", "train")
_ON, _OFF = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_HELPS = ("--help", "-h")


class ConfiguredCommand(click.Command):
    """A command whose options take their defaults from the user's file; flags win over it."""

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - as click has it
        super().__init__(*args, **more)
        self.params.append(VERBOSE)
        self._file = Path()

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - as click has it
    ) -> click.Context:
        """Read the options, with the user's defaults."""
        # Help must be had whatever stands in the file.
        if not any(word in _HELPS for word in args):
            extra["default_map"] = self._defaults(str(self.name))
        return super().make_context(info_name, args, parent, **extra)

    def _defaults(self, name: str) -> dict[str, Any]:
        from bridge.storage.defaults_file import default_file, load

        try:
            self._file = default_file()
        except NoHomeError:
            return {}
        entries = load(self._file).get(name, {})
        return as_click_has_them(self, entries, f"{self._file}: {name}.")

    def invoke(self, ctx: click.Context) -> object:
        """Run it; say where a default came from that it could not use."""
        try:
            return super().invoke(ctx)
        except ContinuoError as error:
            used = [
                key
                for key, option in options_by_key(self).items()
                if ctx.get_parameter_source(str(option.name)) is ParameterSource.DEFAULT_MAP
            ]
            if not used:
                raise
            keys = ", ".join(f"{self.name}.{key}" for key in used)
            raise UserError(f"{error} ({keys}: set in {self._file})") from error


def options_by_key(command: click.Command) -> dict[str, click.Option]:
    """List a command's options by what they are called in the file: `tempo` for --tempo."""
    return {
        max(option.opts, key=len).lstrip("-"): option
        for option in command.params
        if isinstance(option, click.Option) and option.expose_value
    }


def find_option(command: click.Command, key: str, where: str) -> click.Option:
    """Find an option by its key; UserError with near names."""
    known = options_by_key(command)
    if key not in known:
        raise UserError(f"{where}{key}: there is no such option; {near_names(key, list(known))}")
    return known[key]


def as_click_has_them(
    command: click.Command, entries: Mapping[str, object], where: str
) -> dict[str, Any]:
    """Check a command's entries and give them by click's names; UserError names file and key."""
    context = click.Context(command)
    found: dict[str, Any] = {}
    for key, value in entries.items():
        option = find_option(command, key, where)
        given = [value] if option.multiple and not isinstance(value, list) else value
        _check_kind(option, given, f"{where}{key}")
        try:
            option.type_cast_value(context, given)
        except click.UsageError as error:
            raise UserError(f"{where}{key} = {value!r}: {_sentence(error)}") from None
        found[str(option.name)] = given
    return found


def _check_kind(option: click.Option, value: object, where: str) -> None:
    if option.is_flag != isinstance(value, bool):
        wanted = "true or false" if option.is_flag else "a number or a text"
        raise UserError(f"{where} must be {wanted}, got {value!r}")
    if isinstance(value, list) != option.multiple or isinstance(value, dict):
        raise UserError(f"{where} must be one value, got {value!r}")


def parse_value(command: click.Command, key: str, words: Sequence[str], where: str) -> object:
    """Read a value from the command line as it stands in the file; UserError."""
    option = find_option(command, key, where)
    if option.is_flag:
        word = " ".join(words).casefold()
        if word not in (*_ON, *_OFF):
            raise UserError(f"{where}{key} must be true or false, got {word!r}")
        return word in _ON
    if len(words) != 1 and not option.multiple:
        raise UserError(f"{where}{key} must be one value, got {' '.join(words)!r}")
    given = [_plain(option, word) for word in words]
    value = given if option.multiple else given[0]
    as_click_has_them(command, {key: value}, where)
    return value


def _plain(option: click.Option, word: str) -> object:
    """Give what TOML can hold: numbers as such, and paths that hold from any folder."""
    try:
        value = option.type.convert(word, option, None)
    except click.UsageError:
        return word  # it is refused with the sentence of its type
    if isinstance(value, Path):
        return str(value.expanduser().absolute())
    return value if isinstance(value, int | float) else word


def _sentence(error: click.UsageError) -> str:
    return error.message.strip().rstrip(".")
