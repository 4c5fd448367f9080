"""Takes: numbered, requested, delivered, kept."""
