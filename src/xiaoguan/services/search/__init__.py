"""Finding records by a part of their name, Chinese or not, among millions: pairs of characters are indexed.

Announces nothing and hears nothing. The actions of a module hand over the names that they write (``keep``), in the same
transaction; its queries ask for the ids whose text contains what was typed (``ids_containing``).
"""
