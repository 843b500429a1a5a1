import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct PipePoolTests {
    @Test func anEmptyPipeIsReused() throws {
        let pool = PipePool()
        let pipe = try #require(pool.take())
        pool.recycle(pipe)
        let again = try #require(pool.take())
        #expect(again.readEnd == pipe.readEnd)
        #expect(pool.inUse == 1)
        pool.recycle(again)
        #expect(pool.inUse == 0)
    }

    @Test func aPipeThatHoldsBytesIsNeverReused() throws {
        let pool = PipePool()
        var pipe = try #require(pool.take())
        #expect(write(pipe.writeEnd, "left over", 9) == 9)
        pipe.held = 9
        pool.recycle(pipe)
        let next = try #require(pool.take())
        var byte: UInt8 = 0
        #expect(read(next.readEnd, &byte, 1) == -1)
        #expect(Errno.last == .again)
        pool.recycle(next)
    }
}
