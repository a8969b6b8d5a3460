"""Every read that a screen, a report or another room needs; each starts from ``policy``."""
