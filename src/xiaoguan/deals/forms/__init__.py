"""What people type about deals, read into values."""
