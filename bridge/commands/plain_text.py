"""Text of files, made fit for a terminal."""


def printable(text: str) -> str:
    """Put a space in place of what a terminal cannot show, or would obey."""
    return "".join(c if c.isprintable() else " " for c in text)
