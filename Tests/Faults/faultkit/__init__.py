"""What the fault tests stand on: a ledger of what a proxy holds, and a library that makes chosen system calls fail."""
