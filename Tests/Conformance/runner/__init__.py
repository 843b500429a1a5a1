"""Plays case files between a raw client, the proxy, and a raw origin."""
