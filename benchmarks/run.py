"""`make bench`: every `bench_*.py` of this folder, each in a process of its own.

    make bench                        all
    make bench ARGS="startup"         those whose names hold one of the words
    make bench ARGS="--strict"        exit 1 where a limit is missed

A limit that is missed is printed and counted; without `--strict` only a benchmark that breaks is a failure, because
times on a busy machine are no verdict on a change.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from measure import MISSED, print_header

FOLDER = Path(__file__).resolve().parent


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the benchmarks.")
    parser.add_argument("words", nargs="*", help="run those whose names hold one of these words")
    parser.add_argument("--strict", action="store_true", help="exit 1 where a limit is missed")
    given = parser.parse_args()
    chosen = [
        path
        for path in sorted(FOLDER.glob("bench_*.py"))
        if not given.words or any(word in path.stem for word in given.words)
    ]
    if not chosen:
        print(f"bench: there is no benchmark named {' or '.join(given.words)} in {FOLDER.name}/", file=sys.stderr)
        return 2
    began = time.perf_counter()
    missed, broken = 0, []
    print_header()
    for path in chosen:
        print(f"# {path.stem}", flush=True)
        with subprocess.Popen([sys.executable, path], stdout=subprocess.PIPE, encoding="utf-8") as process:
            assert process.stdout is not None
            for line in process.stdout:
                missed += line.count(f": {MISSED}")
                print(line, end="", flush=True)
        if process.returncode:
            broken.append(path.stem)
    took = time.perf_counter() - began
    print(f"bench: ran {len(chosen)} in {took:.0f} s; limits missed: {missed}; broken: {', '.join(broken) or 'none'}")
    return 1 if broken or (given.strict and missed) else 0


if __name__ == "__main__":
    sys.exit(main())
