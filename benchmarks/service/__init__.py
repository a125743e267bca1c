"""The service under load: only what anybody sees of it over HTTP."""
