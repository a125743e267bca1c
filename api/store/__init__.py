"""All that the service keeps, in PostgreSQL; every SQL statement is in this package."""
