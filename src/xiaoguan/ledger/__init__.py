"""The ledger: what each journal entry counted for, as postings to accounts.

It can be thrown away and rebuilt from the journal, because a posting is a pure function of fact and stamp. Hears
every entry (``posting.post``); announces ``PeriodClosed``. Measures are the only way to read it.
"""
