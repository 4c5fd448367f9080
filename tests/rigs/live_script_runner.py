"""Runs the Live script's tests without pytest, on whichever Python this is: Live 11's is 3.7."""

import importlib
import inspect
import pathlib
import sys
import traceback

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent / "live_script"
# What needs pytest, or a Continuo, which runs on newer Pythons only.
LEFT_OUT = ("test_on_python_3_7", "test_osc", "test_proof", "test_storm", "test_techniques")
MODULES = sorted({path.stem for path in TESTS.glob("test_*.py")}.difference(LEFT_OUT))


def cases(module):
    """Each test of a module, for each version of Live where it asks for one."""
    from fake_live import VERSIONS
    from live_rig import live_rig

    def in_live(test, version, is_met):
        with live_rig(version) as live:
            if is_met:
                live.meet()
            test(live)

    for name, test in vars(module).items():
        if not name.startswith("test_"):
            continue
        wants = list(inspect.signature(test).parameters)
        if not wants:
            yield name, test
        for version in VERSIONS if wants else ():
            label = f"{name}[{version}]"
            yield label, lambda t=test, v=version, met=wants == ["live"]: in_live(t, v, met)


def main():
    """Run all; the exit status is 1 where one failed."""
    sys.path[:0] = [str(HERE), str(TESTS)]
    sys.dont_write_bytecode = True
    passed, failed = 0, 0
    for module in MODULES:
        for name, case in cases(importlib.import_module(module)):
            try:
                case()
            except Exception:  # noqa: BLE001 - whatever it is, the test failed
                failed += 1
                sys.stdout.write(f"{module}::{name}\n{traceback.format_exc()}\n")
            else:
                passed += 1
    sys.stdout.write(f"Python {sys.version.split()[0]}: {passed} passed, {failed} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
