import ProxyApp

extension MicroCase {
    /// A line of the access log. Lines go to the log's thread in batches, each of which is one allocation and a few more.
    static let log = [
        MicroCase("log-line-text", operations: 4000, mayAllocate: true) { try line(isJSON: false) },
        MicroCase("log-line-json", operations: 4000, mayAllocate: true) { try line(isJSON: true) },
    ]

    private static func line(isJSON: Bool) throws -> Work {
        let log = try MeasuredAccessLog(isJSON: isJSON)
        let method = Bytes.kept("GET")
        let target = Bytes.kept("http://www.example.com/a/path/of/usual/length?with=a&few=parameters")
        return { operations in
            for _ in 0..<operations { log.write(method: method, target: target) }
            return operations
        }
    }
}
