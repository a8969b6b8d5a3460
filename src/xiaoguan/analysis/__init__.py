"""Reader: figures by measure on pages and on the console, opened down to postings and records.

Announces no facts and hears none; it owns no tables. Everything it shows is asked from ``ledger.measures``.
"""
