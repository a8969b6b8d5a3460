"""Pages of customers, contacts and products: parse, one call, answer."""
