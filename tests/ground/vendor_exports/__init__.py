"""Small files in the shapes of vendors' exports and warehouse tables; `write.py` wrote them and writes them again.

The columns are those of the vendors' published schemas; the people, firms and domains are invented.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
