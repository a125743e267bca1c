"""A season's round: what is handed in becomes a scenario, and what was granted changes by answers."""
