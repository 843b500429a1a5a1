import Glibc
import Testing

@testable import ProxyApp

@Suite struct LogErrorStreamTests {
    /// Runs `body` with both ends of a pipe; `read` gives what lies in it.
    private static func withPipe(_ body: (_ end: CInt, _ read: () -> [Substring]) throws -> Void) throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let reader = ends[0]
        #expect(fcntl(reader, F_SETFL, O_NONBLOCK) == 0)
        try body(ends[1]) {
            var text: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 4096)
            while case let count = Glibc.read(reader, &block, block.count), count > 0 { text += block[..<count] }
            return String(decoding: text, as: UTF8.self).split(separator: "\n")
        }
    }

    @Test func `lines are written as they are`() throws {
        try Self.withPipe { end, read in
            let stream = ErrorStream(end)
            let long = String(repeating: "x", count: 10_000)
            for line in ["one\n", "\(long)\n", "two\n"] { stream.write(line) }
            #expect(read() == ["one", long[...], "two"])
        }
    }

    @Test func `a pipe that nobody reads holds nobody up, and what it did not take is told`() throws {
        try Self.withPipe { end, read in
            let stream = ErrorStream(end)
            for number in 0..<2000 { stream.write("\(number) \(String(repeating: "x", count: 95))\n") }
            let taken = read()
            #expect(taken.count < 2000 && taken.count > 100)
            #expect(taken.enumerated().allSatisfy { $1.hasPrefix("\($0) x") }, "those are the first, and whole")
            stream.write("again\n")
            #expect(read() == ["proxyd: lines dropped here, because nobody read them: \(2000 - taken.count)", "again"])
            stream.write("and again\n")
            #expect(read() == ["and again"])
        }
    }
}
