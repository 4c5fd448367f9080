"""Where Continuo keeps what belongs to the user: one place that asks the system for it."""

from pathlib import Path


def data_folder(name: str) -> Path:
    """Give the folder for the user's `name` (models, takes, training); it may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_data_dir("continuo", appauthor=False)) / name


def log_file(name: str) -> Path:
    """Give the path of the log `name`; its folder may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_log_dir("continuo", appauthor=False)) / name


def config_file(name: str) -> Path:
    """Give the path of the user's settings `name`; its folder may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_config_dir("continuo", appauthor=False)) / name
