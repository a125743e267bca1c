"""Read what other systems and spreadsheets hold: one module for each kind of source, and what they share."""
