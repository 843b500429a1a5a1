/// The names of a hosts(5) file and their addresses. Pure.
struct HostsTable {
    private var addresses: [String: [SocketAddress]] = [:]

    init() {}

    /// Reads the text of a file: an address, then names, separated by blanks; `#` starts a comment. Lines without a numeric
    /// address and names that are no host names are passed over, as getaddrinfo(3) does.
    init(parsing text: [UInt8]) {
        for line in text.split(separator: 0x0a) {
            let fields = line.prefix { $0 != 0x23 }.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
            guard let first = fields.first,
                let address = SocketAddress(numericHost: String(decoding: first, as: UTF8.self))
            else { continue }
            for field in fields.dropFirst() {
                guard let host = HostName(String(decoding: field, as: UTF8.self), keepingRootDot: false) else {
                    continue
                }
                if addresses[host.text]?.contains(address) != true { addresses[host.text, default: []].append(address) }
            }
        }
    }

    /// The addresses of `name`, which is canonical and without root dot, in the file's order; empty when it is not listed.
    func addresses(of name: String) -> [SocketAddress] { addresses[name] ?? [] }
}
