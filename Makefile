# Everything from a bare clone, with Python 3.11 or newer and make:
#   make demo    hear and see Continuo play, without hardware
#   make studio  a page in your browser to play, hear, keep and train on
#   make test    the tests
#   make check   formatting, rules, types, import contracts and tests: what CI runs
#   make page    builds the studio's page anew (needs Node; what it writes is committed)
#   make bench   how fast this machine is
#   make chaos   kills what Continuo plays with, for an hour; MINUTES=2 for less (needs JACK, root)
#   make fuzz    a million odd messages through real ports, a hundred thousand odd files
#   make endurance   a day of playing on the simulated clock; MINUTES=60 for real time
# PYTHON=... names the Python to use, TORCH=... the torch to install.

PYTHON ?=
TORCH ?= torch==2.13.0
BIN := .venv/bin

.PHONY: demo studio test check lint page bench chaos fuzz endurance clean

studio: .venv/.ready
	@$(BIN)/continuo studio

demo: .venv/.ready
	@$(BIN)/continuo play --demo
	@echo "And with a band:"
	@$(BIN)/continuo play --demo --model rock-band --seed 1
	@echo "To play it yourself, on a page in your browser: make studio"

test: .venv/.ready
	@sh scripts/test

check: lint
	@sh scripts/test

lint: .venv/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

page:
	cd studio && npm ci && npm run check && npm test && npm run build

bench: .venv/.ready
	@$(BIN)/continuo bench

chaos: .venv/.ready
	$(BIN)/python tests/rigs/chaos.py $(if $(MINUTES),--minutes $(MINUTES))

fuzz: .venv/.ready
	$(BIN)/python tests/rigs/fuzz_files.py
	$(BIN)/python tests/rigs/fuzz_ports.py
	STUDIO_NONSENSE=100000 STUDIO_KILLS=100 STUDIO_TABS=100 STUDIO_FILES=10000 STUDIO_STOP=30 \
		$(BIN)/python -m pytest tests/studio/test_live.py tests/studio/test_odd_files.py \
		tests/studio/test_page_returns.py

endurance: .venv/.ready
	$(BIN)/python tests/rigs/endurance.py $(if $(MINUTES),--minutes $(MINUTES))

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
