"""The pages of the import: the list, the four steps of one file, problems, results and undo."""
