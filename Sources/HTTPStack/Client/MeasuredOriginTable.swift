import Pool

/// An `OriginTable` with many origins, for `Benchmarks/micro`, which counts the instructions of a look-up.
package struct MeasuredOriginTable {
    private var table = OriginTable()

    /// Remembers these hosts, each with port 80.
    package init(hosts: [String]) {
        var pool = Pool<OriginKey, Int>(loopIndex: 0, shared: SharedOrigins(loopCount: 1), limits: PoolLimits())
        for host in hosts {
            let key = OriginKey(host: host, port: 80)
            table.insert(key, pool.origin(for: key))
        }
    }

    /// Is the host, as a request names it, known with this port?
    package func knows(_ host: UnsafeRawBufferPointer, port: UInt16) -> Bool { table.find(host, port: port) != nil }
}
