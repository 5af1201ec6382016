"""How long a user waits before anything happens: `import mqlgate` and `mqlgate --help`, beside a bare interpreter.

The limits are those of the specification: 0.3 s and 0.4 s, for the whole process.
"""

import sys
from pathlib import Path

from measure import paired_commands, print_line

BARE = [sys.executable, "-c", "pass"]
COMMAND = str(Path(sys.executable).with_name("mqlgate"))

print_line(
    "import mqlgate",
    paired_commands([sys.executable, "-c", "import mqlgate"], BARE),
    "python -c pass",
    most=0.3,
)
print_line("mqlgate --help", paired_commands([COMMAND, "--help"], BARE), "python -c pass", most=0.4)
