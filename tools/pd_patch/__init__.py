"""What writes examples/continuo.pd: `python -m tools.pd_patch`."""
