"""Runs as durable jobs: tickets and workers on PostgreSQL, each solve in a child process of its own."""
