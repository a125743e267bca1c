"""From a scenario to a plan: compile, prices, search; and beside them verify and explain."""
