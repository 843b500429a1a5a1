/// Bytes in which every group of eight differs from its neighbours, so that a lost block shows: as `pattern` of
/// Tests/Clients/harness/web.py.
struct Pattern: IteratorProtocol {
    private static let digits = Array("0123456789abcdef".utf8)
    private static let pieceBytes = 16_384

    private var at = 0
    private let count: Int

    init(count: Int) { self.count = count }

    /// The next piece; nil at the end.
    mutating func next() -> [UInt8]? {
        guard at < count else { return nil }
        let length = min(Self.pieceBytes, count - at)
        defer { at += length }
        return (at..<(at + length)).map { index in
            let place = index % 8
            return place == 7 ? 0x20 : Self.digits[(index / 8) >> (4 * (6 - place)) & 15]
        }
    }
}
