"""Bringing tables of other programs in: read, map, check, apply in small steps, and take back.

Announces ``ImportApplied`` and ``ImportUndone``. Hears nothing. What a row means is told by the modules' own
``imports.py`` in the terms of ``contract``; ``config/imports.py`` hands them to ``registry``.
"""
