import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

/// One after the other: the number of wide pipes is the process's.
@Suite(.serialized) struct PipePoolTests {
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

    @Test func onlyTheFirstPipesAreWide() throws {
        let pool = PipePool()
        var pipes: [SplicePipe] = []
        for _ in 0...PipePool.mostWide { pipes.append(try #require(pool.take())) }
        // Other tests have pipes at the same time.
        #expect(pipes.count { $0.capacity == PipePool.wideBytes } <= PipePool.mostWide)
        #expect(pipes.last?.capacity == PipePool.narrowBytes)
        for pipe in pipes { pool.recycle(pipe) }
    }

    @Test func aPlaceForAWidePipeComesBackWithThePool() throws {
        for _ in 0...PipePool.mostWide {
            let pool = PipePool()
            let pipe = try #require(pool.take())
            pool.recycle(pipe)
        }
        let pool = PipePool()
        let pipe = try #require(pool.take())
        #expect(pipe.capacity == PipePool.wideBytes)
        pool.recycle(pipe)
    }
}
