# Everything from a bare clone, with Python 3.11 or newer and make:
#   make demo    hear and see Continuo play, without hardware
#   make test    the tests
#   make check   formatting, rules, types, import contracts and tests: what CI runs
#   make bench   how fast this machine is
# PYTHON=... names the Python to use, TORCH=... the torch to install.

PYTHON ?=
TORCH ?= torch==2.13.0
BIN := .venv/bin

.PHONY: demo test check lint bench clean

demo: .venv/.ready
	@$(BIN)/continuo play --demo

test: .venv/.ready
	$(BIN)/python -m pytest

check: lint
	$(BIN)/python -m pytest

lint: .venv/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.ready
	@$(BIN)/continuo bench

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# torch goes first and by itself, so that a CPU build at hand is taken.
.venv/.torch:
	@sh scripts/make_venv "$(PYTHON)"
	@$(BIN)/python -m pip install --disable-pip-version-check "$(TORCH)"
	@touch $@

.venv/.ready: .venv/.torch pyproject.toml
	@sh scripts/install
	@touch $@
