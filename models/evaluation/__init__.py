"""Measures of accompaniment, each beside real music and naive baselines."""
