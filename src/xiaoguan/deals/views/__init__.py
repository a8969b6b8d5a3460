"""The pages of deals: parse, one call, answer."""
