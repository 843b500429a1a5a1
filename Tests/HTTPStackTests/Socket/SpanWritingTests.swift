import Engine
import TestSupport
import Testing

@testable import HTTPStack

@Suite struct SpanWritingTests {
    private final class Sink: WritableStream {
        var written: [UInt8] = []
        var onDrain: (() -> Void)?
        var onClose: (() -> Void)?
        var isWritable: Bool { true }
        func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
            written += bytes
            return written.count < 5
        }
        func end() {}
        func destroy() {}
    }

    @Test func spansAreWrittenWithoutACopyOfTheirOwn() {
        let sink = Sink()
        let bytes: [UInt8] = [1, 2, 3]
        let first = sink.write(bytes.span)
        let second = sink.write(bytes.span.bytes)
        #expect([first, second] == [true, false])
        #expect(sink.written == [1, 2, 3, 1, 2, 3])
    }
}
