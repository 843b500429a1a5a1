/// A host name in the one spelling that the resolver uses as key: checked, lower case, ASCII.
///
/// Names that are not written in letters, digits, hyphens and underscores are refused, as are names whose last label is a
/// number: `127.1`, `0x7f.1` or `2130706433` are addresses to some programs and names to others, and such a difference is a
/// way around an access rule (RFC 3696 2; the WHATWG URL standard's "ends in a number"). International names come as
/// A-labels.
struct HostName: Hashable, Sendable {
    /// 1 to 253 bytes, and the root dot when that was kept.
    let text: String

    /// Nil when `name` is no host name. A single root dot at the end is allowed; it is dropped, unless it makes a difference
    /// because search domains might be appended to names without it.
    init?(_ name: String, keepingRootDot: Bool) {
        var name = name
        let shape = name.withUTF8 { Self.shape(of: $0) }
        guard let shape else { return nil }
        if shape.isLowerCase, !shape.hasRootDot || keepingRootDot {
            text = name
            return
        }
        let dropped = shape.hasRootDot && !keepingRootDot ? 1 : 0
        text = name.withUTF8 { bytes in
            String(unsafeUninitializedCapacity: bytes.count - dropped) { target in
                for i in 0..<(bytes.count - dropped) {
                    let byte = bytes[i]
                    target[i] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
                }
                return bytes.count - dropped
            }
        }
    }

    /// The name without the root dot.
    var withoutRootDot: String { isAbsolute ? String(text.dropLast()) : text }

    /// Does a root dot forbid appending search domains?
    var isAbsolute: Bool { text.utf8.last == 0x2e }

    /// Is this `localhost` or below it? Such names are loopback and never asked of a server. RFC 6761 6.3.
    var isLocalhost: Bool {
        let name = withoutRootDot
        return name == "localhost" || name.hasSuffix(".localhost")
    }

    private struct Shape {
        var isLowerCase = true
        var hasRootDot = false
    }

    private static func shape(of bytes: UnsafeBufferPointer<UInt8>) -> Shape? {
        var shape = Shape()
        var end = bytes.count
        if end > 0, bytes[end - 1] == 0x2e {
            shape.hasRootDot = true
            end -= 1
        }
        guard end > 0, end <= 253 else { return nil }
        var labelStart = 0
        for i in 0..<end {
            switch bytes[i] {
            case 0x61...0x7a, 0x30...0x39, 0x2d, 0x5f:
                break
            case 0x41...0x5a:
                shape.isLowerCase = false
            case 0x2e:
                guard i > labelStart, i - labelStart <= 63 else { return nil }
                labelStart = i + 1
            default:
                return nil
            }
        }
        guard end > labelStart, end - labelStart <= 63 else { return nil }
        return isNumber(bytes[labelStart..<end]) ? nil : shape
    }

    /// Decimal digits, or 0x and hexadecimal digits.
    private static func isNumber(_ label: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        if label.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { return true }
        guard label.count >= 2, label[label.startIndex] == 0x30, label[label.startIndex + 1] | 0x20 == 0x78 else {
            return false
        }
        return label.dropFirst(2).allSatisfy {
            ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x66)
        }
    }
}

extension SocketAddress {
    /// A host that is an address already, port 0; nil for a name. Looks at the first byte before it asks inet_pton.
    init?(numericHost text: String) {
        guard let first = text.utf8.first, (first >= 0x30 && first <= 0x39) || text.utf8.contains(0x3a) else {
            return nil
        }
        self.init(numeric: text, port: 0)
    }
}
