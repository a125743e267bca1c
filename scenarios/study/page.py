def write_pages(outcome, out):
    pass
