"""The plans of the last answers, so that whoever asks for one does not have it made again."""

from collections.abc import Mapping

from models.artifact.generator import Rows

# Calls: more than the six ways in which a hole is filled, and than a bar in follow needs.
_KEPT = 8

Call = tuple[bytes, float, float, frozenset[tuple[str, float]], int]


class KeptPlans:
    """Rows of chords by the call that was answered with them. Called from: one thread at a time."""

    def __init__(self) -> None:
        self._plans: dict[Call, Rows] = {}

    def keep(self, call: Call, plan: Rows) -> None:
        """Keep the plan under what `call` was answered with; the oldest one goes."""
        self._plans.pop(call, None)
        self._plans[call] = plan
        if len(self._plans) > _KEPT:
            del self._plans[next(iter(self._plans))]

    def of(self, call: Call) -> Rows | None:
        """Give the plan of a call, if it was answered lately."""
        plan = self._plans.get(call)
        return None if plan is None else plan.copy()


def call_of(rows: Rows, begin: float, end: float, controls: Mapping[str, float], seed: int) -> Call:
    """Tell calls apart by all that a generator is given."""
    return rows.tobytes(), begin, end, frozenset(controls.items()), seed
