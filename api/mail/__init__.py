"""Mails: what they say, and handing each to the mail server once."""
