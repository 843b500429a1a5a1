/// Makes a ``NetworkList`` from files, off the loops: a network or address per line, `#` begins a comment.
public struct NetworkListBuilder: ~Copyable {
    /// Most networks of a list.
    public static let maxNetworks = 20_000_000

    /// The first hundred lines that were not taken.
    public private(set) var problems: [ListProblem] = []
    /// How many lines were not taken.
    public private(set) var problemCount = 0

    private var networks: [(IPNetwork, UInt32)] = []

    /// An empty builder.
    public init() {}

    /// Takes the bytes of one file, which are borrowed for the call. Each network is tagged with its line.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        for (number, range) in ListLines(bytes) {
            guard networks.count < Self.maxNetworks else {
                report(number, .tooLong)
                return
            }
            let word = UnsafeRawBufferPointer(rebasing: bytes[range])
            do throws(IPNetworkError) {
                // Most lists are of addresses, for which no String is made.
                let address = IPAddress(parsing: word)
                let network =
                    if let address { IPNetwork(address) } else {
                        try IPNetwork(parsing: String(decoding: word, as: UTF8.self))
                    }
                networks.append((network, UInt32(truncatingIfNeeded: number)))
            } catch { report(number, .badNetwork(error)) }
        }
    }

    /// The list of all that was taken.
    public consuming func finish() -> NetworkList { NetworkList(networks) }

    private mutating func report(_ line: Int, _ kind: ListProblem.Kind) {
        problemCount += 1
        if problems.count < 100 { problems.append(ListProblem(line, kind)) }
    }
}
