"""`python -m mqlgate`."""

from mqlgate.cli import main

main()
