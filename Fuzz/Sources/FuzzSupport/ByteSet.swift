/// The byte classes of RFC 9110 5.6, spelled out.
public struct ByteSet: Sendable {
    private let table: [Bool]

    init(_ text: String) {
        let members = Set(text.utf8)
        table = (0...255).map { members.contains($0) }
    }

    /// True when `bytes` is not empty and every byte is a member.
    public func holds<Bytes: Collection<UInt8>>(_ bytes: Bytes) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { table[Int($0)] }
    }

    public static let digits = ByteSet("0123456789")
    public static let hex = ByteSet("0123456789abcdefABCDEF")
    public static let letters = ByteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    public static let token = ByteSet(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    /// unreserved and sub-delims of RFC 3986, without percent-encoding.
    public static let name = ByteSet(
        "-._~!$&'()*+,;=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    public static let scheme = ByteSet("+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    /// Field text: HTAB, space, visible ASCII, obs-text. RFC 9110 5.5.
    public static func isText<Bytes: Sequence<UInt8>>(_ bytes: Bytes) -> Bool {
        bytes.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7f) }
    }

    /// Without spaces and tabs at both ends.
    public static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes
        while rest.first == 0x20 || rest.first == 0x09 { rest.removeFirst() }
        while rest.last == 0x20 || rest.last == 0x09 { rest.removeLast() }
        return rest
    }

    /// ASCII letters in lower case.
    public static func lowercased<Bytes: Sequence<UInt8>>(_ bytes: Bytes) -> [UInt8] {
        bytes.map { $0 >= 0x41 && $0 <= 0x5a ? $0 + 32 : $0 }
    }
}
