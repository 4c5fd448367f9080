"""The user's mistakes: one sentence on standard error, exit code 2, never a traceback."""

import click


class UserError(click.ClickException):
    """Something that the user can mend; the message says what was wrong and what to do."""

    exit_code = 2
