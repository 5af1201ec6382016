"""No test touches a network: whatever leaves this machine's loopback is refused where Python opens it, and told.

Never sees what C libraries open by themselves (libpq, a browser); those are given addresses of the loopback only.
"""

import ipaddress
import os
import socket
import sys
from typing import Any

touched: list[str] = []
"""What was tried since the list was last cleared: a test that swallows the refusal fails all the same."""

_state = {"installed": False, "fatal": False}


class NetworkTouchedError(AssertionError):
    """Something tried to leave this machine."""


def install(*, fatal: bool = False) -> None:
    """Refuse from now on, for as long as the process lives; `fatal` ends the process instead of raising."""
    _state["fatal"] = fatal
    if not _state["installed"]:
        _state["installed"] = True
        sys.addaudithook(_refuse)


def is_loopback(host: object) -> bool:
    """Whether a host, as sockets take it, is this machine. An empty one means any address of this machine."""
    text = host.decode() if isinstance(host, bytes) else str(host or "")
    if text in ("", "localhost", "localhost.localdomain", "ip6-localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(text.split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        opened, address = arguments
        if opened.family not in (socket.AF_INET, socket.AF_INET6) or is_loopback(address[0]):
            return
        told = f"{event} to {address[0]}"
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        if is_loopback(arguments[0]):
            return
        told = f"{event} of {arguments[0]}"
    else:
        return
    touched.append(told)
    if _state["fatal"]:
        os.write(2, f"network touched: {told}\n".encode())
        os._exit(99)
    raise NetworkTouchedError(told)
