import HTTPWire

/// Reads Via fields for the proxy's own pseudonym. RFC 9110 7.6.3.
enum ViaField {
    /// Does any Via field of the head name `pseudonym` as a recipient? Then the request has been here before.
    static func names(_ pseudonym: [UInt8], in head: MessageHead) -> Bool {
        guard head.contains(.via) else { return false }
        return head.fields.contains { $0.id == .via && names(pseudonym, in: head.bytes($0.value)) }
    }

    /// A member is `[protocol/]version received-by [comment]`: the second word is compared, comments are skipped.
    static func names(_ pseudonym: [UInt8], in value: UnsafeRawBufferPointer) -> Bool {
        var depth = 0
        var word = 0
        var start: Int?
        for index in 0...value.count {
            let byte = index < value.count ? value[index] : 0x2c
            if byte == 0x28 { depth += 1 }
            let isBreak = depth > 0 || byte == 0x2c || byte == 0x20 || byte == 0x09
            if isBreak, let begun = start {
                if word == 2, FieldText.equal(value[begun..<index], pseudonym) { return true }
                start = nil
            } else if !isBreak, start == nil {
                start = index
                word += 1
            }
            if depth > 0 {
                if byte == 0x29 { depth -= 1 }
            } else if byte == 0x2c {
                word = 0
            }
        }
        return false
    }
}
