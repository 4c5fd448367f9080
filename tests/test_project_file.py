"""pyproject.toml names what is there: a new room or network that is left out fails here."""

import tomllib

from paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_package_is_installed():
    listed = {p for p in PROJECT["tool"]["setuptools"]["packages"] if ".hosts." not in p}
    inits = [*ROOT.glob("bridge/**/__init__.py"), *ROOT.glob("models/**/__init__.py")]
    assert listed == {".".join(init.parent.relative_to(ROOT).parts) for init in inits}


def test_no_network_knows_another_and_none_is_forgotten_in_that_contract():
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    (independent,) = [c for c in contracts if c["type"] == "independence"]
    networks = {
        f"models.networks.{init.parent.name}" for init in ROOT.glob("models/networks/*/__init__.py")
    }
    assert set(independent["modules"]) == networks - {"models.networks.common"}
