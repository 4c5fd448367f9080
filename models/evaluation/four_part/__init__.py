"""Measures of four-part harmony."""
