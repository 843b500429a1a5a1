import Engine
import HTTPWire

/// Writes a head in Node's way into a socket's output.
enum ResponseHead {
    /// Room for the status line without its reason, and for all fields that come by themselves.
    private static let automaticBytes = 192

    /// Writes status line, the fields that `keeps` wants, what `more` adds, and the empty line. All of it must be legal; a
    /// reason that is not gives way to the standard phrase.
    static func write(
        to socket: Socket, _ status: Int, reason: String?, _ fields: some Collection<HeaderFields.Field>,
        keeps: (FieldID) -> Bool = { _ in true }, _ more: (inout HeadWriter) -> Void = { _ in }
    ) {
        var bytes = automaticBytes + (reason?.utf8.count ?? StatusPhrase.of(status).utf8CodeUnitCount)
        for field in fields { bytes += field.name.utf8.count + field.value.utf8.count + 4 }
        func fill(_ room: UnsafeMutableRawBufferPointer) -> HeadWriter {
            var head = HeadWriter(room)
            writeStatusLine(&head, status, reason)
            for field in fields { writeField(&head, field, keeps) }
            more(&head)
            head.appendCRLF()
            return head
        }
        if bytes <= Block.capacity {
            socket.commit(fill(socket.reserve(bytes)).count)
        } else {
            withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 1) { _ = socket.write(fill($0).written) }
        }
    }

    private static func writeStatusLine(_ head: inout HeadWriter, _ status: Int, _ reason: String?) {
        head.append("HTTP/1.1 ")
        head.append(decimal: Int64(status))
        head.append(byte: 0x20)
        if let reason, FieldRule.isLegalReason(reason) {
            FieldRule.bytes(reason) { head.append($0) }
        } else {
            head.append(StatusPhrase.of(status))
        }
        head.appendCRLF()
    }

    private static func writeField(
        _ head: inout HeadWriter, _ field: HeaderFields.Field, _ keeps: (FieldID) -> Bool
    ) {
        FieldRule.bytes(field.name) { name in
            guard keeps(FieldID.identify(name)) else { return }
            head.append(name)
            head.append(": ")
            FieldRule.bytes(field.value) { head.append($0) }
            head.appendCRLF()
        }
    }
}

extension HeadWriter {
    /// Appends a Date field of this moment.
    mutating func appendDate(_ date: HTTPDate) {
        date.refresh()
        append("Date: ")
        date.bytes.withUnsafeBytes { append($0) }
        appendCRLF()
    }
}
