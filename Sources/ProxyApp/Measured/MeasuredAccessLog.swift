import Engine

/// An access log that goes nowhere, for `Benchmarks/micro`, which counts the instructions of a line.
package struct MeasuredAccessLog {
    private let log: AccessLog

    /// A log to /dev/null. Throws the errno of what could not be made.
    package init(isJSON: Bool) throws(Errno) {
        let loop = try EventLoop()
        log = AccessLog(loop: loop, sink: try LogSink(path: "/dev/null"), isJSON: isJSON)
    }

    /// Writes the line of a relayed request.
    package func write(method: UnsafeRawBufferPointer, target: UnsafeRawBufferPointer) {
        var record = AccessRecord(client: .ipv4(address: 0x7f00_0001, port: 40_000))
        record.method = method
        record.target = target
        record.status = 200
        record.toClientBytes = 12
        record.firstByteNs = 153_000
        record.totalNs = 161_000
        record.isReused = true
        log.write(record)
    }
}
