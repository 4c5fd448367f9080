"""What is set now: it begins with the settings of the start and changes while playing."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any, cast

from bridge.settings import PlaySettings
from models.artifact.manifest import ACCOMPANY, ControlSpec, Manifest
from models.suggestions import near_names

DENSITY = "density"


class CurrentSettings:
    """The settings in force, and what is known of the models. Called from: the engine thread."""

    def __init__(self, settings: PlaySettings, manifests: Sequence[Manifest] = ()) -> None:
        self.settings = settings
        self.manifests = tuple(manifests)

    def change(self, **settings: object) -> None:
        """Set some of the settings; ValueError with a sentence if they cannot be."""
        self.settings = replace(self.settings, **cast(dict[str, Any], settings))

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models, in the order of their programs."""
        return tuple(m.name for m in self.manifests)

    @property
    def manifest(self) -> Manifest | None:
        """The manifest of the model in force, if it is known."""
        return next((m for m in self.manifests if m.name == self.settings.model), None)

    @property
    def specs(self) -> tuple[ControlSpec, ...]:
        """The controls that the model in force has."""
        return self.manifest.controls if self.manifest else ()

    @property
    def controls(self) -> dict[str, float]:
        """Their values that were set, for a request to this model: those of others stay out."""
        known = {spec.name for spec in self.specs}
        given = self.settings.controls.items()
        return {name: value for name, value in given if name in known or not self.manifest}

    def find_control(self, name: str) -> ControlSpec:
        """Return the model's control of this name, or its stand-in; ValueError if none."""
        names = [spec.name for spec in self.specs]
        wanted = control_for(name, names)
        if wanted is None:
            there = near_names(name, names)
            raise ValueError(f"{self.settings.model} has no control {name!r}; {there}")
        return self.specs[names.index(wanted)]

    def check_model(self, name: str) -> None:
        """Raise ValueError unless a melody can be accompanied by this model."""
        if name not in self.models:
            raise ValueError(f"no model is called {name!r}; {near_names(name, self.models)}")
        found = next((m for m in self.manifests if m.name == name), None)
        if found is not None:
            found.require(ACCOMPANY)

    def value(self, spec: ControlSpec) -> float:
        """Return a control's value in force."""
        return self.settings.controls.get(spec.name, spec.default)

    def set_control(self, name: str, value: float) -> tuple[str, float]:
        """Set a control, kept in its range; return its name and the value in force."""
        if not isfinite(value):
            raise ValueError(f"{name} must be a number, got {value}")
        spec = self.find_control(name)
        value = min(max(value, spec.low), spec.high)
        self.change(controls={**self.settings.controls, spec.name: value})
        return spec.name, value


def control_for(function: str, controls: Collection[str]) -> str | None:
    """Name the control of a model that a knob turns; None: this model has none such.

    Density is how much there is: where no control is called so, how much the voices move.
    """
    names = (DENSITY, "movement") if function == DENSITY else (function,)
    return next((name for name in names if name in controls), None)
