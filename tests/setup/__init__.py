"""Set-up, start, stop and the console command."""
