"""Means of figures that leave out what could not be measured (NaN)."""

from collections.abc import Mapping, Sequence

import numpy as np


def mean_of(values: Sequence[float]) -> float:
    """Give the mean of the values that are numbers; NaN if none is."""
    known = [v for v in values if not np.isnan(v)]
    return float(np.mean(known)) if known else float("nan")


def mean_rows(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Give the mean of each figure over the rows, all of which have the same figures."""
    return {name: mean_of([row[name] for row in rows]) for name in rows[0]} if rows else {}
