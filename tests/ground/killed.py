"""Work that is killed on the way: a child process that gets SIGKILL at its n-th call of chosen functions.

Never kills anything but the child that it made.
"""

import os
import signal
from collections.abc import Callable
from typing import Any


def killed_at(step: int, work: Callable[[], object], watched: list[tuple[Any, str]]) -> bool:
    """Do `work` in a child that is killed at its `step`-th call of a watched function, given as (owner, name).

    Returns whether it was killed; where not, it has done all its work.
    """
    child = os.fork()
    if child == 0:
        left = step

        def counted(function: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **named: Any) -> Any:
                nonlocal left
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*arguments, **named)

            return call

        for owner, name in watched:
            setattr(owner, name, counted(getattr(owner, name)))
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0, "the work failed of itself"
    return False
