"""What the kernel is told about a tunnel's sockets: seen from outside in the kernel's own table of connections."""

import pathlib

from harness.waiting import until

KEEP_ALIVE = "02"


def timer(port, peer):
    """The timer that runs for the connection from `port` to `peer`, as /proc/net/tcp names it; None without the connection."""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if (fields[1][-4:], fields[2][-4:]) == (f"{port:04X}", f"{peer:04X}"):
            return fields[5].split(":")[0]
    return None


def test_the_peers_of_a_tunnel_that_lasts_are_probed(start_proxy, origin):
    accepted = []

    def serve(wire):
        accepted.append(wire.sock.getpeername()[1])
        wire.rest()

    there = origin(serve)
    running = start_proxy()
    with running.tunnel(there.authority) as client:
        port = client.sock.getsockname()[1]
        until(lambda: timer(running.address[1], port) == KEEP_ALIVE, "the client's side has it from the listener")
        until(lambda: accepted, "the origin has the connection")
        until(lambda: timer(accepted[0], there.port) == KEEP_ALIVE, "the origin's side has it when it has lasted")
