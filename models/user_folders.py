"""Where Continuo keeps what belongs to the user: one place that asks the system for it."""

from collections.abc import Callable
from pathlib import Path

from models.errors import ContinuoError


class NoHomeError(ContinuoError):
    """The user has no home folder (a container's user, say), and no other place is named."""


def data_folder(name: str) -> Path:
    """Give the folder for the user's `name` (models, takes, training); it may not exist yet.

    This and the two below raise NoHomeError for a user without a home.
    """
    import platformdirs

    return _place(platformdirs.user_data_dir, "XDG_DATA_HOME") / name


def log_file(name: str) -> Path:
    """Give the path of the log `name`; its folder may not exist yet."""
    import platformdirs

    return _place(platformdirs.user_log_dir, "XDG_STATE_HOME") / name


def config_file(name: str) -> Path:
    """Give the path of the user's settings `name`; its folder may not exist yet."""
    import platformdirs

    return _place(platformdirs.user_config_dir, "XDG_CONFIG_HOME") / name


def expanded(path: Path) -> Path:
    """The path with ~ as the user's home; NoHomeError if there is none."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise NoHomeError(f"{path} cannot be found: this user has no home, set HOME") from None


def _place(ask: Callable[..., str], variable: str) -> Path:
    try:
        place = Path(ask("continuo", appauthor=False))
    except (RuntimeError, OSError, KeyError):
        place = Path("~")
    if not place.is_absolute():  # older platformdirs give the ~ that they cannot resolve
        raise NoHomeError(
            f"this user has no home folder: set HOME (or {variable}) to a folder to write in"
        )
    return place
