"""The budgets of the design, each against its baseline in the same run: `python -m benchmarks`."""
