"""Defaults of the user's own that the chosen models have no use for: left out, and said.

A default holds for every model; what is said on the command line must fit the models named there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import click
from click.core import ParameterSource

from bridge.commands.model_choice import usable_model
from models.artifact.manifest import CHORDS_HEARD, EXTEND
from models.music.key import KEY_CONTROL


def is_default(name: str) -> bool:
    """Whether an option of the running command was set by the user's file."""
    context = click.get_current_context(silent=True)
    source = context.get_parameter_source(name) if context else None
    return source is ParameterSource.DEFAULT_MAP


def left_out(option: str, value: object, why: str) -> None:
    """Say that a default is left out."""
    click.echo(f"Your default {option} {value} is left out: {why}", err=True)


def fitting(
    options: Mapping[str, Any], models: Sequence[str], settings: str, *others: str
) -> dict[str, Any]:
    """Give the options without the defaults that none of the models has a use for.

    `settings` is the name of the option that sets controls; `others` are among key, chords, bars.
    """
    manifests = [usable_model(model).require() for model in models]
    fit, who = dict(options), " and ".join(models)
    controls = {c.name for m in manifests for c in m.controls}
    if is_default(settings):
        unfit = [s for s in options[settings] if "=" in s and _name(s) not in controls]
        fit[settings] = tuple(s for s in options[settings] if s not in unfit)
        for setting in unfit:
            left_out("--set", setting, f"{who} has no control {_name(setting)!r}")
    lacks = {
        "key": "" if KEY_CONTROL in controls else "cannot be told a key",
        "chords": "" if any(CHORDS_HEARD in m.hears for m in manifests) else "hears no chords",
        "bars": "" if any(m.technique == EXTEND for m in manifests) else "does not extend",
    }
    for name in others:
        if lacks[name] and options[name] is not None and is_default(name):
            left_out(f"--{name}", options[name], f"{who} {lacks[name]}")
            fit[name] = None
    return fit


def fitting_hyperparameters(
    given: Mapping[str, float], known: Mapping[str, float], architecture: str
) -> dict[str, float]:
    """Give the hyperparameters of a training without defaults that the architecture lacks."""
    if not is_default("settings"):
        return dict(given)
    for name in given.keys() - known.keys():
        left_out("--option", name, f"{architecture} has none of that name")
    return {name: value for name, value in given.items() if name in known}


def _name(setting: str) -> str:
    return setting.partition("=")[0].strip()
