"""What the pages of the import read, one page a file."""
