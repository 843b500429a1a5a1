import HTTPStack
import HTTPTypes
import HTTPWire

extension HTTPFields {
    /// The fields of a received message: order, case of names and duplicates as they came, a `Host` field among them.
    ///
    /// Values are copied byte for byte, so one that is not UTF-8 (RFC 9110 5.5 calls its bytes opaque) is whole in
    /// `HTTPField.withUnsafeBytesOfValue`, while `value` has U+FFFD in place of what cannot be decoded. ISO 8859-1 is not
    /// guessed at. Nothing is merged or split, cookies neither. Throws for what `HTTPField` cannot hold; such a head is
    /// refused when it is parsed, so that is for messages of other origin.
    public init(headersOf message: IncomingMessage) throws(ReceivedMessageError) {
        self.init()
        try append(message.head, without: nil)
    }

    /// The fields behind a received body; none before the body has ended, or when there were none. Otherwise as
    /// `init(headersOf:)`.
    public init(trailersOf message: IncomingMessage) throws(ReceivedMessageError) {
        self.init()
        if let head = message.trailerHead { try append(head, without: nil) }
    }

    /// Appends all field lines of a head but those with the id `dropped`.
    mutating func append(_ head: MessageHead, without dropped: FieldID?) throws(ReceivedMessageError) {
        reserveCapacity(count + head.fieldCount)
        for line in head.fields where line.id != dropped {
            let text = String(decoding: head.bytes(line.name), as: UTF8.self)
            guard let name = HTTPField.Name(text) else { throw .illegalName(text) }
            let value = head.bytes(line.value)
            guard HTTPField.isValidValue(value) else { throw .illegalValue(name: text) }
            append(HTTPField(name: name, value: value))
        }
    }
}
