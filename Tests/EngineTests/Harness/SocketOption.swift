import Glibc

/// The value of a descriptor's option that is a number; -1 when it cannot be had.
func option(_ fd: CInt, _ level: CInt, _ name: CInt) -> CInt {
    var value: CInt = -1
    var length = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(fd, level, name, &value, &length) == 0 ? value : -1
}
