"""A port for a server that is killed and started again while a client keeps knocking."""

import random
import socket


def steady_port() -> int:
    """A free port below those that the system lends to clients: one that knocks on a lent port while nobody listens may
    be lent that very port, be connected to itself, and keep the server out."""
    while True:
        port = random.randrange(20_000, 30_000)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
