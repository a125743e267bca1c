"""The embedded PostgreSQL: a server of our own over the binaries of a wheel, for whoever names no server."""
