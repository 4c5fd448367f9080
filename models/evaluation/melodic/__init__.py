"""Measures for models that edit or extend melodies."""
