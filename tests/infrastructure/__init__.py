"""What tests stand on: databases to throw away, running servers, a browser, and counting what was left out."""
