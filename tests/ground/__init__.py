"""What the tests stand on: servers, the command line, the guard against the network. Never a test."""
