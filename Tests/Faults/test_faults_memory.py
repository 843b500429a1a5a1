"""Memory is bounded by the configuration, whatever clients and origins do. `dev/hostile` does it with more of them."""

from faultkit.hostile import hold_to_bound, settings_for

CLIENTS = 700


def test_memory_stays_within_its_bound_under_hostile_clients(start_watched):
    # A few seconds are enough, except for a build under a sanitizer on a machine that has more to do.
    hold_to_bound(start_watched(settings_for(CLIENTS)), CLIENTS, seconds=60)
