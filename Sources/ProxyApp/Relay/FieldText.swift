/// Comparing the bytes of field values with names, without regard to ASCII case.
enum FieldText {
    static func equal(_ bytes: some Collection<UInt8>, _ other: some Collection<UInt8>) -> Bool {
        bytes.elementsEqual(other) { lower($0) == lower($1) }
    }

    static func equal(_ bytes: some Collection<UInt8>, _ text: StaticString) -> Bool {
        equal(bytes, UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    static func hasPrefix(_ bytes: some Collection<UInt8>, _ text: StaticString) -> Bool {
        bytes.count >= text.utf8CodeUnitCount && equal(bytes.prefix(text.utf8CodeUnitCount), text)
    }

    /// Calls `body` with each member of a comma-separated list, without the blanks around it and without empty ones, until
    /// it says false. True when it never did.
    static func allMembers(of value: UnsafeRawBufferPointer, _ body: (Slice<UnsafeRawBufferPointer>) -> Bool) -> Bool {
        for member in value.split(separator: 0x2c) {
            let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
            guard let start = member.firstIndex(where: { !isBlank($0) }),
                let end = member.lastIndex(where: { !isBlank($0) })
            else { continue }
            if !body(member[start...end]) { return false }
        }
        return true
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }
}
