"""Programs of the system that tests play through, and when a missing one is a failure."""

import importlib
import os
import shutil

import pytest


def need_program(*names: str) -> None:
    """Skip the test where a program is missing; fail it under CONTINUO_REQUIRE_SYSTEM."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        lack(f"not installed here: {', '.join(missing)}")


def need_module(name: str) -> None:
    """Skip the test where a Python module cannot be imported; fail it likewise."""
    try:
        importlib.import_module(name)
    except (ImportError, OSError) as error:
        lack(f"{name} cannot be imported: {error}")


def lack(reason: str) -> None:
    """Skip with a reason on a musician's machine; fail where everything must be there."""
    if os.environ.get("CONTINUO_REQUIRE_SYSTEM"):
        pytest.fail(f"CONTINUO_REQUIRE_SYSTEM is set, but {reason}", pytrace=False)
    pytest.skip(reason)
