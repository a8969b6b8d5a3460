"""What must hold for every room at once."""
