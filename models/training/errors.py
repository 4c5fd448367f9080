"""What keeps a training from beginning or going on."""

from models.errors import ContinuoError


class TrainingError(ContinuoError, ValueError):
    """Training cannot begin or go on, for a reason that the user can mend."""
