"""From files to scenarios and from results to files: readers, writers, the library, the report."""
