"""Where the repository, the tests' data and the programs beside the tests lie."""

from pathlib import Path

RIGS = Path(__file__).resolve().parent
TESTS = RIGS.parent
ROOT = TESTS.parent
