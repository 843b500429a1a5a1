"""Memory is bounded by the configuration, whatever clients and origins do. `dev/hostile` does it with more of them."""

from faultkit.hostile import hold_to_bound, settings_for

CLIENTS = 700


def test_memory_stays_within_its_bound_under_hostile_clients(start_watched):
    hold_to_bound(start_watched(settings_for(CLIENTS)), CLIENTS, seconds=20)
