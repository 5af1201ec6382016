"""Several fits at once, each on one thread.

A small tree is grown in a few hundred microseconds, so threads that share one tree wait for each other more than they
work, and on a busy machine they wait for ever. Whole fits share nothing and need not wait. Never changes a result.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

ONE_THREAD = 1


def each(work: Callable[[Task], Result], tasks: Sequence[Task], threads: int) -> list[Result]:
    """`work` of each task, in the order of `tasks`; the first exception is raised.

    LightGBM lets go of Python's lock while it works, so threads do.
    """
    if threads == ONE_THREAD or len(tasks) < 2:
        return [work(task) for task in tasks]
    with ThreadPoolExecutor(min(threads, len(tasks))) as pool:
        return list(pool.map(work, tasks))
