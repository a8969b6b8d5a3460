"""What every module may use: background work, calendar, import. Services never import each other."""
