import Testing

@testable import HTTPWire

/// The tables in which field names are found.
@Suite struct FieldNameTests {
    private typealias Names = HTTPWire.FieldNames

    /// The name in the row of a case.
    private func name(_ id: FieldID) -> String {
        let row = UnsafeRawBufferPointer(start: Names.rows + Int(id.rawValue) * Names.rowBytes, count: Names.rowBytes)
        return String(decoding: row.dropLast().prefix { $0 != 0x20 }, as: UTF8.self)
    }

    @Test func everyRowEndsWithTheLetterOfItsLength() {
        for id in FieldID.allCases {
            let letter = Names.rows.load(
                fromByteOffset: Int(id.rawValue) * Names.rowBytes + Names.rowBytes - 1, as: UInt8.self)
            #expect(Int(letter) - 0x40 == name(id).utf8.count, "\(id)")
        }
    }

    @Test func noTwoNamesHaveTheSameSlot() {
        let slots = FieldID.allCases.dropFirst().map { id in withBytes(name(id)) { slot($0) } }
        #expect(Set(slots).count == slots.count)
    }

    @Test func theSlotsSayWhereEachNameIs() {
        var expected = [UInt8](repeating: Names.firstSlotByte, count: 256)
        for id in FieldID.allCases.dropFirst() {
            expected[withBytes(name(id)) { slot($0) }] = Names.firstSlotByte + id.rawValue
        }
        let kept = UnsafeBufferPointer(start: Names.slots, count: 256)
        #expect(String(decoding: kept, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
    }

    private func slot(_ name: UnsafeRawBufferPointer) -> Int {
        name.baseAddress.map { Names.slot($0, name.count) } ?? 0
    }
}
