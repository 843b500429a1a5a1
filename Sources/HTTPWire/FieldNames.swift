/// The names of the fields that a ``FieldID`` stands for, and where to look for one.
///
/// Tables are string literals on purpose, see ``ByteClass``. Both follow from the cases of ``FieldID`` and their names; a test
/// says what they must be when a field is added.
enum FieldNames {
    /// The field whose name is spelt by `length` bytes, more than none, which are a token. There is one candidate at most, which
    /// is compared in full.
    @inline(__always)
    static func id(_ name: UnsafeRawPointer, _ length: Int) -> FieldID {
        let candidate = slots[slot(name, length)] &- firstSlotByte
        let row = rows + Int(candidate) &* rowBytes
        let hasLength = Int(row.load(fromByteOffset: rowBytes &- 1, as: UInt8.self)) &- 0x40 == length
        guard hasLength, ByteRun.equalIgnoringCase(name, row, length) else { return .other }
        // SAFETY: the slots hold raw values of cases, and nothing else: a test asks for all of them.
        return unsafeBitCast(candidate, to: FieldID.self)
    }

    /// Where the length, the first and the last letter lead to: no two names meet.
    @inline(__always)
    static func slot(_ name: UnsafeRawPointer, _ length: Int) -> Int {
        let first = Int(name.load(as: UInt8.self) | 0x20)
        let last = Int(name.load(fromByteOffset: length &- 1, as: UInt8.self) | 0x20)
        return (first &* 16 &+ last &* 9 &+ length) & 0xff
    }

    /// Bytes of a row of ``rows``.
    static var rowBytes: Int { 32 }

    /// A row for each case in order, the name in lower case; the last byte is the letter of the alphabet that its length is.
    static var rows: UnsafeRawPointer {
        let rows: StaticString = #"""
                                           @\#
            connection                     J\#
            keep-alive                     J\#
            proxy-connection               P\#
            proxy-authorization            S\#
            proxy-authenticate             R\#
            proxy-authentication-info      Y\#
            te                             B\#
            trailer                        G\#
            transfer-encoding              Q\#
            upgrade                        G\#
            content-length                 N\#
            host                           D\#
            expect                         F\#
            via                            C\#
            date                           D\#
            content-type                   L\#
            max-forwards                   L\#
            forwarded                      I\#
            x-forwarded-for                O\#
            set-cookie                     J\#
            cookie                         F\#
            server                         F\#
            user-agent                     J\#
            location                       H\#
            authorization                  M\#
            accept                         F\#
            age                            C\#
            allow                          E\#
            alt-svc                        G\#
            cache-control                  M\#
            content-encoding               P\#
            etag                           D\#
            expires                        G\#
            from                           D\#
            if-modified-since              Q\#
            if-none-match                  M\#
            if-unmodified-since            S\#
            last-modified                  M\#
            origin                         F\#
            pragma                         F\#
            range                          E\#
            referer                        G\#
            retry-after                    K\#
            vary                           D\#
            warning                        G\#
            www-authenticate               P\#
            x-forwarded-host               P\#
            x-forwarded-proto              Q\#
            x-real-ip                      I
            """#
        // SAFETY: ASCII, `rowBytes` for each case of `FieldID`, and it lives as long as the program.
        return UnsafeRawPointer(rows.utf8Start)
    }

    /// What ``FieldID/other`` is written as in ``slots``, and the other cases as the bytes that follow it.
    static var firstSlotByte: UInt8 { 0x2d }

    /// For each of 256 slots the case that may be there.
    static var slots: UnsafePointer<UInt8> {
        let slots: StaticString = #"""
            3--------K---[--------Z-.----------------WG--XP-R-------CO------\#
            ----IQ-/-5-------S----------------N-------:---DU--------]^------\#
            -----------------@J-----9------2H---\YE-----------V-------------\#
            ---B---A-=--;--4-<--T----------L----7-8>-----?0-61-M-------F----
            """#
        // SAFETY: ASCII and 256 bytes long, and it lives as long as the program.
        return slots.utf8Start
    }
}
