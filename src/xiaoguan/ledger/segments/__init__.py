"""Sealed ranges of both books as immutable Parquet, so that measures need not read millions of rows in a database.

Readers find a row in exactly one place: in a segment if its id is at most ``sealed_to``, else in the database (the
tail). The manifest in the database says which files count; whatever else lies in the folder does not. Everything here
can be thrown away and made again from the tables.
"""
