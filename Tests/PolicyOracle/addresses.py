#!/usr/bin/env python3
"""Addresses in tens of thousands of spellings, and what somebody else makes of them.

The other opinion: Python's `ipaddress` for what an address is, libc's inet_aton for what a number as a host would dial.
What `ipaddress` does not know (translators' prefixes, services of clouds, blocks that serve protocols) is listed here, from
the registries and not from the code under test.

One case a line, tab-separated:
  A  text  128 bits in hex  p or - (public or not)  letters of classes  IPv4 addresses inside
  D  text  the IPv4 address that inet_aton makes of it
  X  text  (no address to anybody)
"""

import ipaddress
import random
import socket
import sys
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network

ANYBODY_BUT_HOSTS = [ip_network(n) for n in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3ffe::/16", "3fff::/20")]
METADATA = {ipaddress.ip_address(a) for a in (
    "169.254.169.254", "fd00:ec2::254", "169.254.170.2", "169.254.170.23", "fd00:ec2::23", "fd20:ce::254", "168.63.129.16",
    "192.0.0.192", "100.100.100.200", "169.254.0.23", "169.254.42.42", "fd00:42::42", "169.254.169.250", "fe80::a9fe:a9fe",
)}  # fmt: skip
GLOBAL_V6 = ip_network("2000::/3")
WELL_KNOWN = ip_network("64:ff9b::/96")
LOCAL_USE = ip_network("64:ff9b:1::/48")
# As the test configures them: one of each length of RFC 6052, some inside a private network.
OPERATOR = [ip_network(n) for n in (
    "2a00:1234::/32", "2a00:1235:200::/40", "fd11:2:3::/48", "2a00:1236:4:500::/56", "fd12:1:2:3::/64", "2a00:1237:1:2:0:9::/96",
)]  # fmt: skip


def v4_public(address: IPv4Address) -> bool:
    return (
        address.is_global and not address.is_multicast and not address.is_reserved and address not in METADATA
        and not any(address in n for n in ANYBODY_BUT_HOSTS if n.version == 4)
    )  # fmt: skip


def embed(prefix: IPv6Network, inside: IPv4Address) -> IPv6Address:
    """RFC 6052 2.2, byte by byte."""
    octets = bytearray(prefix.network_address.packed)
    position = prefix.prefixlen // 8
    for octet in inside.packed:
        if position == 8:
            position += 1
        octets[position] = octet
        position += 1
    return IPv6Address(bytes(octets))


def extract(bits: int, address: IPv6Address) -> IPv4Address:
    octets = address.packed if bits == 96 else address.packed[:8] + address.packed[9:]
    return IPv4Address(octets[bits // 8 : bits // 8 + 4])


def inside(address: IPv6Address) -> tuple[list[IPv4Address], bool]:
    """The IPv4 addresses in `address`, and whether it is only a way to write one."""
    found, translation = [], False
    for prefix in OPERATOR:
        if address in prefix:
            found.append(extract(prefix.prefixlen, address))
            translation |= embed(prefix, found[-1]) == address
    if not translation:
        if address in WELL_KNOWN:
            found.append(extract(96, address))
            translation = True
        elif address in LOCAL_USE:
            found += [extract(bits, address) for bits in (48, 56, 64, 96)]
        elif address.sixtofour is not None:
            found.append(address.sixtofour)
        elif address.teredo is not None:
            found += address.teredo
        elif address.packed[:12] == bytes(12) and int(address) > 1:
            found.append(IPv4Address(address.packed[12:]))
        elif address.packed[:12] == bytes(8) + b"\xff\xff\0\0":
            found.append(IPv4Address(address.packed[12:]))
    if address.packed[8:12] in (b"\0\0\x5e\xfe", b"\2\0\x5e\xfe"):
        found.append(IPv4Address(address.packed[12:]))
    return found, translation


def judge(address: IPv4Address | IPv6Address) -> tuple[bool, str, list[IPv4Address]]:
    """Is it public, its classes as letters, and what is inside."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    letters = "".join(
        letter for letter, holds in (
            ("l", address.is_loopback), ("k", address.is_link_local), ("m", address.is_multicast),
            ("s", getattr(address, "is_site_local", False)), ("c", address in METADATA),
            ("u", int(address) == 0 if address.version == 6 else int(address) >> 24 == 0),
        ) if holds
    )  # fmt: skip
    if isinstance(address, IPv4Address):
        return v4_public(address), letters, []
    embedded, translation = inside(address)
    outer = translation or (
        address in GLOBAL_V6 and address.is_global and address not in METADATA
        and not any(address in n for n in ANYBODY_BUT_HOSTS if n.version == 6)
    )  # fmt: skip
    return outer and all(v4_public(a) for a in embedded), letters, embedded


def spellings(rng: random.Random, address: IPv4Address | IPv6Address) -> list[str]:
    if isinstance(address, IPv4Address):
        return [str(address)]
    texts = [address.compressed, address.exploded.upper(), ":".join(f"{int(g, 16):x}" for g in address.exploded.split(":"))]
    groups = address.exploded.split(":")
    head = ":".join(rng.choice((str.upper, str.lower))(g.lstrip("0") or "0") for g in groups[:6])
    texts.append(f"{head}:{IPv4Address(address.packed[12:])}")
    return rng.sample(texts, 2)


def disguises(rng: random.Random, address: IPv4Address) -> list[str]:
    """Spellings that only some programs take for an address."""
    whole = int(address)
    parts = list(address.packed)

    def number(value: int) -> str:
        return rng.choice((f"{value}", f"0{value:o}", f"0x{value:x}", f"0X{value:X}", f"00{value:o}", f"0x0{value:x}"))

    forms = [
        [whole], [parts[0], whole & 0xFFFFFF], [parts[0], parts[1], whole & 0xFFFF], parts,
    ]  # fmt: skip
    return [".".join(number(n) for n in rng.choice(forms)) + rng.choice(("", "", ".")) for _ in range(3)]


def bases(rng: random.Random, count: int) -> list[IPv4Address]:
    edges = [ip_network(n) for n in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4", "255.255.255.255/32",
    )]  # fmt: skip
    found = [a for a in METADATA if a.version == 4]
    for network in edges:
        first, last = int(network.network_address), int(network.broadcast_address)
        near = (first - 1, first, first + 1, last - 1, last, last + 1)
        found += [IPv4Address(n) for n in near if 0 <= n < 1 << 32]
        found += [IPv4Address(rng.randint(first, last)) for _ in range(12)]
    found += [IPv4Address(rng.getrandbits(32)) for _ in range(count)]
    return found


def carriers(rng: random.Random, a: IPv4Address, b: IPv4Address) -> list[IPv6Address]:
    """Every IPv6 address that holds `a`; `b` where there is room for another."""
    n, m = int(a), int(b)
    rest = rng.getrandbits(64)
    local = int(LOCAL_USE.network_address)
    return [
        IPv6Address(0xFFFF << 32 | n), IPv6Address(n), IPv6Address(0xFFFF << 48 | n),
        embed(WELL_KNOWN, a), *(embed(p, a) for p in OPERATOR),
        # Bits that should be zero are not.
        IPv6Address(int(embed(OPERATOR[rng.randrange(5)], a)) | rng.getrandbits(8)),
        IPv6Address(int(embed(OPERATOR[rng.randrange(5)], a)) | 1 << 56 + rng.randrange(8)),
        *(embed(IPv6Network((local, bits)), a) for bits in (48, 56, 64)),
        IPv6Address(local | rng.getrandbits(16) << 64 | n),
        IPv6Address(0x2002 << 112 | n << 80 | rest), IPv6Address(0x2002 << 112 | m << 80 | n),
        IPv6Address(0x20010000 << 96 | n << 64 | rest), IPv6Address(0x20010000 << 96 | m << 64 | rng.getrandbits(32) << 32 | ~n & 0xFFFFFFFF),
        IPv6Address(0xFE80 << 112 | 0x5EFE << 32 | n), IPv6Address(0x2A01 << 112 | rng.getrandbits(48) << 64 | 0x2005EFE << 32 | n),
    ]  # fmt: skip


def others(rng: random.Random, count: int) -> list[IPv6Address]:
    networks = [ip_network(n) for n in (
        "::/128", "::1/128", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
        "100:0:0:1::/64", "2000::/3", "2001::/23", "2001::/32", "2001:2::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28",
        "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        "200::/7", "2001:4:112::/48", "2620:4f:8000::/48",
    )]  # fmt: skip
    found = [a for a in METADATA if a.version == 6]
    for network in networks + OPERATOR:
        first, last = int(network.network_address), int(network.broadcast_address)
        found += [IPv6Address(n) for n in (first - 1, first, first + 1, last - 1, last, last + 1) if 0 <= n < 1 << 128]
        found += [IPv6Address(rng.randint(first, last)) for _ in range(40)]
    found += [IPv6Address(rng.getrandbits(128)) for _ in range(count)]
    found += [IPv6Address(1 << 125 | rng.getrandbits(125)) for _ in range(count)]
    return found


def broken(rng: random.Random, count: int) -> list[str]:
    """Texts that look like addresses to nobody; checked below."""
    texts = []
    while len(texts) < count:
        text = rng.choice((
            str(IPv6Address(rng.getrandbits(128))), f"::{rng.getrandbits(16):x}", str(IPv4Address(rng.getrandbits(32))),
            f"::ffff:{IPv4Address(rng.getrandbits(32))}",
        ))  # fmt: skip
        place = rng.randrange(len(text) + 1)
        cut = place + rng.randrange(2)
        text = text[:place] + rng.choice(("", ":", "::", ".", "0", "g", "%1", "/8", " ", "-", "fffff", "256")) + text[cut:]
        try:
            ipaddress.ip_address(text)
        except ValueError:
            if ":" in text or not any(c.isdigit() for c in text):
                texts.append(text)
    return texts


def main() -> None:
    rng = random.Random(int(sys.argv[1]))
    count = int(sys.argv[2])
    lines = []

    def address(value: IPv4Address | IPv6Address) -> None:
        public, letters, embedded = judge(value)
        bits = int(value) if value.version == 6 else 0xFFFF << 32 | int(value)
        for text in spellings(rng, value):
            lines.append(f"A\t{text}\t{bits:032x}\t{'p' if public else '-'}\t{letters}\t{','.join(map(str, embedded))}")

    plain = bases(rng, count)
    for base in plain:
        address(base)
        for carrier in carriers(rng, base, rng.choice(plain)):
            address(carrier)
        for text in disguises(rng, base):
            if text == str(base):
                continue
            meant = socket.inet_ntoa(socket.inet_aton(text.rstrip(".")))
            lines.append(f"D\t{text}\t{meant}")
    for value in others(rng, count):
        address(value)
    lines += [f"X\t{text}" for text in broken(rng, count)]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
