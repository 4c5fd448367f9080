"""What a network's package says of itself, so that it can be listed before torch is loaded."""

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from models.training.learner import MakeLearner


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A network that can be trained: its package lists it in `ARCHITECTURES`.

    `make` and `plans` are paths (module:name), imported only when they are needed: the function
    that makes a learner (`MakeLearner`), and the dataclasses whose number fields are the options.
    `preferred` marks the one that is trained for its technique when none is named.
    """

    name: str
    technique: str
    make: str
    plans: tuple[str, ...]
    description: str
    style: str = ""
    preferred: bool = False

    def maker(self) -> "MakeLearner":
        """Import what makes a learner."""
        return cast("MakeLearner", _import(self.make))

    def options(self) -> dict[str, float]:
        """List its options with their defaults."""
        from models.training.options import declared

        return declared([_import(plan) for plan in self.plans])


def _import(path: str) -> Any:  # noqa: ANN401 - whatever stands there
    module, name = path.split(":")
    return getattr(importlib.import_module(module), name)
