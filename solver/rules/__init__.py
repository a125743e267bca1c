"""What each family of rules adds to the Problem; ``solver.verify`` has the same names, judging."""
