import HTTPWire

/// The fields of a received message in Node's view: names in lower case, several lines of a name merged into one value.
///
/// How lines are merged follows from the field:
/// - `set-cookie` is a list, also with one line.
/// - Fields that have one value by their definition keep the first: content-type, content-length, user-agent, referer, host,
///   authorization, proxy-authorization, if-modified-since, if-unmodified-since, from, location, max-forwards, age, etag,
///   expires, last-modified, retry-after, server.
/// - `cookie` is joined by `; `, as a user agent would have sent it (RFC 6265 5.4).
/// - All others are joined by `, ` in the order of arrival (RFC 9110 5.3).
///
/// Nothing is made before it is asked for: a look-up walks over the received lines. The message is kept while this is; when
/// its head's bytes are borrowed (`IncomingMessage.head`) this is for the callback only. Source: node `lib/_http_incoming.js`.
public struct MessageHeaders: Sequence, CustomStringConvertible {
    private let message: IncomingMessage
    private let isTrailers: Bool

    init(_ message: IncomingMessage, isTrailers: Bool) {
        self.message = message
        self.isTrailers = isTrailers
    }

    private var head: MessageHead? { isTrailers ? message.trailerHead : message.head }

    /// The merged value of a field, by name in any case; nil when absent. The first line for `set-cookie`: see `list`.
    public subscript(name: String) -> String? {
        guard let head else { return nil }
        let id = FieldRule.id(name)
        guard let first = head.fields.firstIndex(where: { Self.isSame($0, head, name, id) }) else { return nil }
        return Self.merged(head, from: first)
    }

    /// The values of all lines of a field as they came, by name in any case.
    public func list(_ name: String) -> [String] {
        guard let head else { return [] }
        let id = FieldRule.id(name)
        return head.fields.filter { Self.isSame($0, head, name, id) }.map { Self.text(head, $0.value) }
    }

    /// Is there a line of this name, in any case?
    public func contains(_ name: String) -> Bool {
        guard let head else { return false }
        let id = FieldRule.id(name)
        return head.fields.contains { Self.isSame($0, head, name, id) }
    }

    /// Are there no fields?
    public var isEmpty: Bool { head?.fieldCount ?? 0 == 0 }

    /// How many different names there are.
    public var count: Int { reduce(0) { count, _ in count + 1 } }

    /// The names in lower case, in the order in which they first came.
    public var names: [String] { map(\.name) }

    /// Names in lower case with their merged values, in the order in which the names first came.
    public func makeIterator() -> AnyIterator<(name: String, value: HeaderValue)> {
        guard let head else { return AnyIterator { nil } }
        // The message is captured for its head's sake.
        let message = message
        var index = 0
        return AnyIterator {
            withExtendedLifetime(message) {
                while index < head.fieldCount {
                    let line = head[index]
                    index += 1
                    guard Self.isFirst(head, index - 1) else { continue }
                    let name = Self.text(head, line.name).lowercased()
                    guard line.id == .setCookie else { return (name, .single(Self.merged(head, from: index - 1))) }
                    let values = head.fields.filter { $0.id == .setCookie }.map { Self.text(head, $0.value) }
                    return (name, .list(values))
                }
                return nil
            }
        }
    }

    /// `name: value` lines.
    public var description: String { map { "\($0.name): \($0.value)" }.joined(separator: "\n") }

    // MARK: Merging

    private static func merged(_ head: MessageHead, from first: Int) -> String {
        let line = head[first]
        // Equal lengths may stand several times in one line.
        if line.id == .contentLength, case .value(let length) = head.contentLength { return String(length) }
        var value = text(head, line.value)
        guard !keepsFirst(line.id), first + 1 < head.fieldCount else { return value }
        let separator = line.id == .cookie ? "; " : ", "
        for index in (first + 1)..<head.fieldCount where isSame(head, first, index) {
            value += separator
            value += text(head, head[index].value)
        }
        return value
    }

    private static func keepsFirst(_ id: FieldID) -> Bool {
        switch id {
        case .contentType, .contentLength, .userAgent, .referer, .host, .authorization, .proxyAuthorization,
            .ifModifiedSince, .ifUnmodifiedSince, .from, .location, .maxForwards, .age, .etag, .expires,
            .lastModified, .retryAfter, .server, .setCookie:
            true
        default: false
        }
    }

    private static func isFirst(_ head: MessageHead, _ index: Int) -> Bool {
        !(0..<index).contains { isSame(head, $0, index) }
    }

    private static func isSame(_ head: MessageHead, _ one: Int, _ other: Int) -> Bool {
        let (a, b) = (head[one], head[other])
        guard a.id == b.id else { return false }
        return a.id != .other || isSame(head.bytes(a.name), head.bytes(b.name))
    }

    private static func isSame(_ line: FieldLine, _ head: MessageHead, _ name: String, _ id: FieldID) -> Bool {
        guard line.id == id else { return false }
        return id != .other || FieldRule.bytes(name) { isSame(head.bytes(line.name), $0) }
    }

    private static func isSame(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        left.count == right.count && left.elementsEqual(right) { lower($0) == lower($1) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }

    private static func text(_ head: MessageHead, _ range: ByteRange) -> String {
        String(decoding: head.bytes(range), as: UTF8.self)
    }
}
