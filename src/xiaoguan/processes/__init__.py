"""Reader: the journal as a log of processes, written to files that process-mining programs open (OCEL 2.0, XES).

Announces ``EventLogExported`` and hears nothing; it owns no tables. ``mapping`` says what of a fact stands in a log,
``docs/export.md`` says it to people.
"""
