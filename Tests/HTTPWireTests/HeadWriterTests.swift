import HTTPWire
import Testing

@Suite struct HeadWriterTests {
    /// What `body` writes into `room` bytes, with guard bytes behind checked to be untouched.
    static func write(_ room: Int, _ body: (inout HeadWriter) -> Void) -> (
        text: String, overflowed: Bool, refused: Bool
    ) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: room + 8, alignment: 1)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0xaa)
        var writer = HeadWriter(UnsafeMutableRawBufferPointer(rebasing: memory[..<room]))
        body(&writer)
        #expect(memory[room...].allSatisfy { $0 == 0xaa })
        #expect(writer.count == writer.written.count)
        return (String(decoding: writer.written, as: UTF8.self), writer.overflowed, writer.refused)
    }

    @Test func wholeHeadIsWritten() {
        let result = Self.write(100) { writer in
            writer.append("HTTP/1.1 ")
            writer.append(decimal: 200)
            writer.append(byte: 0x20)
            writer.append(StatusPhrase.of(200))
            writer.appendCRLF()
            writer.appendField("Content-Length", 12)
            writer.appendField("Via", "1.1 proxyd")
            withBytes("a\tb") { writer.appendField("X", $0) }
            writer.appendCRLF()
        }
        #expect(
            result.text == "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nVia: 1.1 proxyd\r\nX: a\tb\r\n\r\n")
        #expect(!result.overflowed && !result.refused)
    }

    @Test(arguments: [0, 1, -1, 9, 10, -10, 99, 100, 1_234_567_890, .max, .min] as [Int64])
    func decimalsAreWritten(_ value: Int64) {
        #expect(Self.write(20) { $0.append(decimal: value) }.text == String(value))
    }

    @Test("a number of any length is written as String writes it")
    func decimalsOfEveryLengthAreWritten() {
        var values = Array(Int64(0)...1100)
        var bound: Int64 = 10
        while bound < .max / 10 {
            bound *= 10
            values += [bound - 1, bound, bound + 1, bound / 7, -bound, 1 - bound]
        }
        for value in values {
            #expect(Self.write(20) { $0.append(decimal: value) }.text == String(value))
        }
    }

    @Test(arguments: 1...8)
    func decimalsAreFilledUpWithZeros(digits: Int) {
        for value in [0, 7, 42, 999, 1000, 123_456, 99_999_999] as [UInt64] where String(value).count <= digits {
            let text = String(repeating: "0", count: digits - String(value).count) + String(value)
            #expect(Self.write(digits) { $0.append(decimal: value, digits: digits) }.text == text)
        }
    }

    @Test func thousandthsAreWrittenWithThreeDecimals() {
        for value in [0, 1, 12, 123, 999, 1000, 1_001, 61_001_002, 999_999, 1_000_000, 18_446_744_073_709_551]
            as [UInt64]
        {
            let decimals = "00" + String(value % 1000)
            let text = "\(value / 1000).\(decimals.suffix(3))"
            #expect(Self.write(24) { $0.append(thousandths: value) }.text == text)
            #expect(Self.write(text.utf8.count) { $0.append(thousandths: value) }.text == text)
            #expect(Self.write(text.utf8.count - 1) { $0.append(thousandths: value) }.overflowed)
        }
    }

    @Test func numberAndTheByteBehindItAreOnePiece() {
        for value in UInt8.min...UInt8.max {
            let text = "\(value):"
            #expect(Self.write(text.utf8.count) { $0.append(octet: value, then: ":") }.text == text)
            let tight = Self.write(text.utf8.count - 1) { $0.append(octet: value, then: ":") }
            #expect(tight.overflowed && tight.text.isEmpty)
        }
    }

    @Test("pieces of every length are copied whole, and nothing behind them is touched")
    func piecesOfEveryLengthAreCopied() {
        let text = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF"
        for length in 0...text.utf8.count {
            let piece = String(text.prefix(length))
            #expect(Self.write(length) { writer in withBytes(piece) { writer.append($0) } }.text == piece)
        }
    }

    @Test(arguments: [0, 1, 9, 10, 15, 16, 255, 256, 4096, 0xdead_beef, .max] as [UInt64])
    func hexadecimalsAreWritten(_ value: UInt64) {
        #expect(Self.write(16) { $0.append(hex: value) }.text == String(value, radix: 16))
    }

    @Test func nothingIsWrittenPastTheEndNorAfterIt() {
        let body: (inout HeadWriter) -> Void = { writer in
            writer.append("ab")
            writer.append(decimal: -12)
            writer.append(hex: 0xff)
            writer.appendCRLF()
            writer.append(byte: 0x21)
        }
        let whole = "ab-12ff\r\n!"
        let ends = [0, 2, 5, 7, 9, 10]
        for room in 0...10 {
            let result = Self.write(room, body)
            let fits = ends.last { $0 <= room } ?? 0
            #expect(result.text == String(decoding: Array(whole.utf8)[..<fits], as: UTF8.self))
            #expect(result.overflowed == (room < 10))
        }
    }

    @Test(arguments: ["a\r\nb", "a\nb", "a\rb", "a\0b", "\u{7f}", " a", "a\t", "abcdefghijklmno\u{1}p"])
    func valueThatWouldBreakItsLineIsRefused(_ value: String) {
        let result = Self.write(100) { writer in withBytes(value) { writer.appendField("X", $0) } }
        #expect(result.text.isEmpty)
        #expect(result.refused)
    }

    @Test func legalityFollowsTheGrammar() {
        #expect(withBytes("X-1", HeadWriter.isLegalFieldName))
        #expect(!withBytes("", HeadWriter.isLegalFieldName))
        #expect(!withBytes("X 1", HeadWriter.isLegalFieldName))
        #expect(!withBytes("X:", HeadWriter.isLegalFieldName))
        #expect(withBytes("", HeadWriter.isLegalReason))
        #expect(withBytes(" not\tfound \u{e9}", HeadWriter.isLegalReason))
        #expect(!withBytes("a\rb", HeadWriter.isLegalReason))
        #expect(withBytes("", HeadWriter.isLegalFieldValue))
    }

    @Test(arguments: [1, 15, 16, 65536, .max])
    func chunkSizeLineIsHexadecimal(_ size: Int) {
        withUnsafeTemporaryAllocation(byteCount: ChunkSizeLine.maxBytes, alignment: 1) { buffer in
            let count = ChunkSizeLine.write(size, into: buffer)
            #expect(String(decoding: buffer[..<count], as: UTF8.self) == String(size, radix: 16) + "\r\n")
        }
    }

    @Test func everyStatusHasAPhrase() {
        #expect(StatusPhrase.of(404).description == "Not Found")
        #expect(StatusPhrase.of(413).description == "Content Too Large")
        #expect(StatusPhrase.of(599).description == "Unknown")
    }
}
