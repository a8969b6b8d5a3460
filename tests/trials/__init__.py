"""Trials: the real program, killed and loaded."""
