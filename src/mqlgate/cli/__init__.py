"""The command line: parse, call, print, and nothing else. A mistake is one paragraph on stderr, never a traceback."""

import os
import sys


def main() -> None:
    """Run the command that was typed and exit with its status: 0 done, 1 the answer is no, 2 bad input."""
    from mqlgate.cli.app import app
    from mqlgate.errors import MqlgateError

    # What libraries write to the terminal is no part of what a command says.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("DO_NOT_TRACK", "true")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # see mqlgate.model
    try:
        app(prog_name="mqlgate")
    except MqlgateError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        print("Interrupted. What was not finished was not written.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output (head, say) has seen enough; Python must not complain of it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        print(
            f"{error.filename or 'The system'}: {error.strerror or error}.\nNothing was half written.", file=sys.stderr
        )
        sys.exit(2)
