"""The set-based proof that the ledger equals a replay of the journal: posting rules compiled to SQL.

The rules are data, so the same table that ``ledger.rules`` reads one fact at a time is read here for all facts at once.
What a rule does not say (entries that take others back, late moves, facts of an older version) goes through the small
Python function as ever.
"""
