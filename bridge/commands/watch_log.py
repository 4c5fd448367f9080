"""Where the log goes: into a file that a failure names, and on request to standard error."""

import logging
import sys
from pathlib import Path

import click

from models.user_folders import NoHomeError, log_file

_FORM = "%(asctime)s %(name)s: %(message)s"


def be_verbose(
    _context: click.Context | None, _option: click.Parameter | None, wanted: bool
) -> bool:
    """Send the log to standard error, all of it."""
    if wanted:
        logging.basicConfig(level=logging.INFO, stream=sys.stderr, format=_FORM, force=True)
    return wanted


VERBOSE = click.Option(
    ["--verbose"],
    is_flag=True,
    expose_value=False,
    callback=be_verbose,
    help="Write the log on standard error.",
)


def log_to_file(name: str) -> Path | None:
    """Write what only a programmer wants to know into a file, not between the bars.

    Gives the file; None where none can be written.
    """
    # A log that cannot be written, on a full disk, is no reason to stop or to print a traceback.
    logging.raiseExceptions = False
    watching = [h for h in logging.getLogger().handlers if _is_on_stderr(h)]
    handler: logging.Handler = logging.NullHandler()
    path = None
    try:
        path = log_file(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a").close()  # a folder that is only to be read is found out now
        handler = logging.FileHandler(path, mode="w", encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter(_FORM))
    except (OSError, NoHomeError):
        path = None
    level = logging.INFO if watching else logging.WARNING
    logging.basicConfig(level=level, handlers=[handler, *watching], force=True)
    return path


def _is_on_stderr(handler: logging.Handler) -> bool:
    return type(handler) is logging.StreamHandler and handler.stream is sys.stderr
