"""Studies: one scenario solved with many settings, what each gives, and which are beaten in everything."""
