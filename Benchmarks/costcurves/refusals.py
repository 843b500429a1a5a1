"""What a refused request costs, by the reason: a flood of them must not cost more than as many that are served."""

import contextlib
import dataclasses

from sidebyside.peers import Peer
from sidebyside.ports import free_base
from sidebyside.workloads import Workload

from .held import held
from .requests import connect, get
from .rig import Cores, Rig
from .sample import Sample
from .series import Load

# Fewer than the places that the proxy has to answer clients beyond all connections.
CONNECTIONS = 32
SERVED, SERVED_ONCE = "served", "served, then closed"


@dataclasses.dataclass(frozen=True)
class Refusal:
    """One request that is answered with `status`, over and over. It has places for {origin}, {closed} (a port at which nobody
    listens); `settings` are proxyd's beside those of all curves, and `held` so many quiet connections beside it.
    """

    name: str
    status: int
    request: str
    closes: bool = False
    dials: bool = False
    settings: str = ""
    held: int = 0

    @property
    def like(self) -> str:
        """The served request that it may cost as much as. A dial may cost more than a socket that was there."""
        return SERVED_ONCE if self.closes else SERVED


_ORIGIN = "127.0.0.1:{origin}"
_RULE = "access:\n  rules:\n    - deny: {names: [.refused.example]}"

REFUSALS = {
    refusal.name: refusal
    for refusal in (
        Refusal(SERVED, 200, get(_ORIGIN)),
        Refusal(SERVED_ONCE, 200, get(_ORIGIN, "Connection: close"), closes=True),
        Refusal("denied by a rule", 403, get("www.refused.example"), settings=_RULE),
        Refusal("denied by its address", 403, get("169.254.169.254")),
        Refusal("no login", 407, get(_ORIGIN), settings="authentication:\n  password_file: {users}"),
        Refusal("the origin refuses", 502, get("127.0.0.1:{closed}"), dials=True),
        Refusal("CONNECT denied by a rule", 403, connect("www.refused.example:443"), closes=True, settings=_RULE),
        Refusal("CONNECT beyond the tunnels of a client", 429, connect(_ORIGIN), closes=True,
                settings="client_limits:\n  tunnels: 0"),
        Refusal("malformed", 400, get(_ORIGIN, "Content-Length: 1, 2"), closes=True),
        Refusal("beyond the connections of a client", 429, get(_ORIGIN), closes=True, held=1,
                settings="client_limits:\n  connections: 1"),
        Refusal("beyond all connections", 503, get(_ORIGIN), closes=True, held=1, settings="limits:\n  max_connections: 1"),
    )
}


def refusals(programs: list[Peer], cores: Cores, rounds: int, seconds: float) -> list[Sample]:
    """Each refusal in turn, a fresh process each time."""
    (proxyd,) = (program for program in programs if program.name == "proxyd")
    samples: list[Sample] = []
    with Rig([proxyd], cores) as rig:
        closed = free_base(1)
        for _ in range(rounds):
            for refusal in REFUSALS.values():
                sample = _point(rig, proxyd, refusal, closed, seconds)
                samples += [sample] if sample else []
    return samples


def _point(rig: Rig, proxyd: Peer, refusal: Refusal, closed: int, seconds: float) -> Sample | None:
    server = rig.server(proxyd, more=refusal.settings.replace("{users}", str(rig.users())))
    if server is None:
        return None
    request = refusal.request.replace("{origin}", str(rig.origin_port)).replace("{closed}", str(closed))
    options = ("--settle", "--status", str(refusal.status), "--request", request)
    load = Load(Workload("relay", "", "relay", "/s", CONNECTIONS), options)
    with contextlib.ExitStack() as quiet:
        quiet.callback(server.stop)
        if refusal.held:
            quiet.enter_context(held(server, rig.origin_port, refusal.held, tunnels=False))
        return rig.load(server, load, seconds, "refusals", refusal.status, refusal.name)
