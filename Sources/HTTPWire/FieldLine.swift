/// One field line of a head, as offsets into the head's bytes. Owns nothing.
public struct FieldLine: Sendable {
    /// The field name, in the case the sender chose. Never empty.
    public var name: ByteRange
    /// The field value without the optional whitespace around it; may be empty.
    public var value: ByteRange
    /// Which well-known field this is, or ``FieldID/other``.
    public var id: FieldID
    /// Offset just after the CRLF of this line: `name.start..<lineEnd` is the raw line.
    public var lineEnd: UInt16

    /// Makes a field line from offsets.
    @inlinable
    public init(name: ByteRange, value: ByteRange, id: FieldID, lineEnd: UInt16) {
        self.name = name
        self.value = value
        self.id = id
        self.lineEnd = lineEnd
    }

    /// The whole raw line with its CRLF, ready to be relayed unchanged.
    @inlinable
    public var line: ByteRange { ByteRange(start: name.start, length: lineEnd &- name.start) }
}
