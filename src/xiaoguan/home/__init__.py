"""Where people land after signing in. Hears nothing, announces nothing."""
