"""Commands beside those of ``api.cli``, one module each; what they need is imported when they run."""
