import Engine
import Glibc
import Testing

@testable import ProxyApp

@Suite struct LogSinkTests {
    @Test func batchesAreAppendedInOrder() throws {
        let file = try LogFile()
        let sink = try LogSink(path: file.path)
        try sink.start()
        for index in 0..<100 { sink.append(Array("line \(index)\n".utf8)) }
        sink.close(timeoutMs: 5_000)
        #expect(String(decoding: file.bytes, as: UTF8.self) == (0..<100).map { "line \($0)\n" }.joined())
        #expect(sink.lostLines == 0)
    }

    @Test func fileThatIsThereIsKept() throws {
        let file = try LogFile()
        for text in ["one\n", "two\n"] {
            let sink = try LogSink(path: file.path)
            try sink.start()
            sink.append(Array(text.utf8))
            sink.close(timeoutMs: 5_000)
        }
        #expect(String(decoding: file.bytes, as: UTF8.self) == "one\ntwo\n")
    }

    @Test func pathThatCannotBeOpenedIsAnError() {
        #expect(throws: Errno(ENOENT)) { _ = try LogSink(path: "/nonexistent/dir/log") }
    }

    @Test func pipeThatNobodyReadsIsAnErrorAndNoWait() throws {
        let file = try LogFile()
        unlink(file.path)
        #expect(mkfifo(file.path, 0o600) == 0)
        #expect(throws: Errno(ENXIO)) { _ = try LogSink(path: file.path) }
    }

    @Test func linesThatTheDescriptorRefusesAreCounted() throws {
        // Every write to it is answered ENOSPC.
        let sink = try LogSink(path: "/dev/full")
        try sink.start()
        sink.append(Array("one\ntwo\n".utf8))
        sink.append(Array("three\n".utf8))
        sink.close(timeoutMs: 5_000)
        #expect(sink.lostLines == 3)
    }

    @Test func moreThanMayWaitIsDroppedWholeAndCountedByLine() throws {
        let file = try LogFile()
        unlink(file.path)
        #expect(mkfifo(file.path, 0o600) == 0)
        // A reader that does not read: the pipe takes little, the rest waits.
        let reader = open(file.path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let sink = try LogSink(path: file.path)
        try sink.start()
        let batch = [UInt8](repeating: 0x61, count: 1 << 20)
        for _ in 0..<8 { sink.append(batch) }
        #expect(sink.lostLines == 0)
        sink.append(Array("a\nb\nc\n".utf8))
        #expect(sink.lostLines == 3)
        close(open(file.path, O_RDONLY | O_NONBLOCK))
        var room = [UInt8](repeating: 0, count: 1 << 20)
        var got = 0
        var idle = 0
        while got < 8 << 20, idle < 5_000 {
            let count = read(reader, &room, room.count)
            got += max(0, count)
            idle = count > 0 ? 0 : idle + 1
            if count <= 0 { usleep(1_000) }
        }
        #expect(got == 8 << 20)
        sink.close(timeoutMs: 5_000)
    }

    @Test func whatComesAfterTheCloseIsCounted() throws {
        let file = try LogFile()
        let sink = try LogSink(path: file.path)
        try sink.start()
        sink.close(timeoutMs: 5_000)
        sink.append(Array("late\n".utf8))
        #expect(sink.lostLines == 1)
        #expect(file.bytes.isEmpty)
    }
}
