"""A process that sends what is due and ends: ``python sending.py DATABASE_URL SMTP_URL``."""

import sys

from api.mail.sender import send_due
from api.settings import read_settings
from api.store.database import Database

if __name__ == "__main__":
    url, smtp_url = sys.argv[1:]
    with Database(url, size=2) as database:
        send_due(database, read_settings(smtp_url=smtp_url, mail_from="vuorot@example.org"))
