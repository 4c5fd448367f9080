"""What is set now: it begins with the settings of the start and changes while playing."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any, cast

from bridge.interfaces import ModelStep
from bridge.settings import PlaySettings
from models.artifact.manifest import (
    ACCOMPANY,
    CHORDS_HEARD,
    EDIT,
    EXTEND,
    SECTION,
    ControlSpec,
    Manifest,
)
from models.music.clip import DRUM_CHANNEL
from models.music.key import KEY_CONTROL
from models.music.tempo import Meter
from models.suggestions import near_names

DENSITY, SWING = "density", "swing"


class CurrentSettings:
    """The settings in force, and what is known of the models. Called from: the engine thread."""

    def __init__(self, settings: PlaySettings, manifests: Sequence[Manifest] = ()) -> None:
        self.settings = settings
        self.manifests = tuple(manifests)
        self.section = ""  # that requests are for

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
        return self.find(self.settings.model)

    @property
    def specs(self) -> tuple[ControlSpec, ...]:
        """The controls that the models in force have; of one name the first model's counts."""
        found: dict[str, ControlSpec] = {}
        for spec in (c for m in self.chain for c in m.controls):
            found.setdefault(spec.name, spec)
        return tuple(found.values())

    @property
    def controls(self) -> dict[str, float]:
        """Their values that were set, for a request to this model: those of others stay out."""
        return self._controls_of(self.manifest)

    def _controls_of(self, manifest: Manifest | None) -> dict[str, float]:
        given = self.settings.controls
        if manifest is None:
            return dict(given)
        known = (spec for spec in manifest.controls if spec.name in given)
        # Of a control that several models have, each gets what is in its own range.
        inside = {c.name: min(max(given[c.name], c.low), c.high) for c in known}
        return inside | _section_control(manifest, self.section)

    @property
    def sections(self) -> tuple[str, ...]:
        """The names of the sections that the model in force has."""
        return tuple(s.name for s in self.manifest.sections) if self.manifest else ()

    def section_control(self, name: str) -> dict[str, float]:
        """Give the control that asks the model in force for a section; empty: it has it not."""
        return _section_control(self.manifest, name)

    # -- what the models do --------------------------------------------------------------------
    def find(self, name: str) -> Manifest | None:
        """Return the manifest of a model, if it is known."""
        return next((m for m in self.manifests if m.name == name), None)

    @property
    def technique(self) -> str:
        """What the model in force is made for; one that nobody knows accompanies."""
        return self.manifest.technique if self.manifest else ACCOMPANY

    @property
    def then(self) -> tuple[ModelStep, ...]:
        """The models that go on with what it made."""
        found = ((name, self.find(name)) for name in self.settings.then)
        return tuple(
            ModelStep(name, m.technique if m else "", self._controls_of(m) if m else {})
            for name, m in found
        )

    @property
    def chain(self) -> tuple[Manifest, ...]:
        """The manifests of the model in force and those after it, as far as they are known."""
        found = (self.find(name) for name in (self.settings.model, *self.settings.then))
        return tuple(m for m in found if m is not None)

    def check_chain(self, model: str, then: Sequence[str], mode: str) -> None:
        """Raise ValueError unless these models can play one after the other in this mode."""
        found = self.find(model)
        first = found.technique if found else ACCOMPANY
        if mode == "follow" and first == EDIT:
            raise ValueError(
                f"{model} edits a phrase when it is over: choose mode answer or loop for it"
            )
        if mode == "follow" and then and first != EXTEND:
            raise ValueError(
                f"mode follow plays {model} alone: choose answer or loop for {', '.join(then)}"
            )

    @property
    def hears_chords(self) -> bool:
        """Whether chords can lead one of the models in force, as far as they are known."""
        return not self.chain or any(CHORDS_HEARD in m.hears for m in self.chain)

    @property
    def swings(self) -> bool:
        """Whether the models in force only accompany, and can swing."""
        is_plain = all(m.technique == ACCOMPANY for m in self.chain)
        return is_plain and any(c.name == SWING for m in self.chain for c in m.controls)

    @property
    def has_drums(self) -> bool:
        """Whether one of the models in force plays drums."""
        return any(track.channel == DRUM_CHANNEL for m in self.chain for track in m.tracks)

    @property
    def key_control(self) -> float:
        """The key that was set for the models in force, as their control has it; 0: none was."""
        has_control = not self.chain or any(spec.name == KEY_CONTROL for spec in self.specs)
        return self.settings.controls.get(KEY_CONTROL, 0.0) if has_control else 0.0

    def find_control(self, name: str) -> ControlSpec:
        """Return the model's control of this name, or its stand-in; ValueError if none."""
        names = [spec.name for spec in self.specs]
        wanted = control_for(name, names)
        if wanted is None:
            there = near_names(name, names)
            raise ValueError(f"{self.settings.model} has no control {name!r}; {there}")
        return self.specs[names.index(wanted)]

    def check_model(self, name: str) -> None:
        """Raise ValueError unless this model can play in the mode in force."""
        self._check_known(name)
        self.check_chain(name, self.settings.then, self.settings.mode)

    def check_then(self, names: Sequence[str]) -> None:
        """Raise ValueError unless these models can go on with what the one in force makes."""
        for name in names:
            self._check_known(name)
        self.check_chain(self.settings.model, names, self.settings.mode)

    def _check_known(self, name: str) -> None:
        if name not in self.models:
            raise ValueError(f"no model is called {name!r}; {near_names(name, self.models)}")

    def check_meter(self, meter: Meter) -> None:
        """Raise ValueError unless there is a model that plays in this meter, and it can be set."""
        replace(self.settings, meter=meter)
        if self.manifests and not any(str(meter) in m.meters for m in self.manifests):
            there = list(dict.fromkeys(name for m in self.manifests for name in m.meters))
            raise ValueError(f"no model plays in {meter}; there are {', '.join(there)}")

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


def _section_control(manifest: Manifest | None, name: str) -> dict[str, float]:
    names = [section.name for section in manifest.sections] if manifest else []
    return {SECTION: float(names.index(name) + 1)} if name in names else {}


def control_for(function: str, controls: Collection[str]) -> str | None:
    """Name the control of a model that a knob turns; None: this model has none such.

    Density is how much there is: where no control is called so, how much the voices move.
    """
    names = (DENSITY, "movement") if function == DENSITY else (function,)
    return next((name for name in names if name in controls), None)
