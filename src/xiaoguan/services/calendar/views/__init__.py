"""Pages and fragments of activities and tasks: parse, one call, answer."""
