"""Money, days, periods, text and database helpers that know nothing of selling: no models, no HTTP."""
