"""The user's mistakes: one sentence on standard error, exit code 2, never a traceback."""

from models.errors import ContinuoError

EXIT_CODE = 2


class UserError(ContinuoError):
    """An option, or the machine, is not as a command needs it."""
