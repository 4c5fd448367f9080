"""The process that generates, and its client."""
