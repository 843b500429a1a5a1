import TestSupport
import Testing

@testable import Engine

@Suite struct BufferPoolTests {
    @Test func aFreshBlockIsEmptyAndAlmost64KiB() {
        let pool = BufferPool()
        let block = pool.take()
        #expect(block.filled.isEmpty)
        #expect(block.next == nil)
        #expect(block.room.count == Block.capacity)
        #expect(Block.capacity > 65_000 && Block.capacity < 65_536)
        pool.recycle(block)
    }

    @Test func theLastBlockGivenBackIsTheNextOneTaken() {
        let pool = BufferPool()
        let (a, b) = (pool.take(), pool.take())
        pool.recycle(a)
        pool.recycle(b)
        #expect(pool.take().memory.baseAddress == b.memory.baseAddress)
        #expect(pool.take().memory.baseAddress == a.memory.baseAddress)
        pool.recycle(a)
        pool.recycle(b)
    }

    @Test func aReusedBlockIsEmptyAgain() {
        let pool = BufferPool()
        let (block, other) = (pool.take(), pool.take())
        block.start = 10
        block.end = 20
        block.next = other
        pool.recycle(block)
        let again = pool.take()
        #expect(again.start == 0 && again.end == 0)
        #expect(again.next == nil)
        pool.recycle(again)
        pool.recycle(other)
    }

    @Test func blocksInUseAreCounted() {
        let pool = BufferPool()
        let blocks = (0..<100).map { _ in pool.take() }
        #expect(pool.inUse == 100)
        for block in blocks { pool.recycle(block) }
        #expect(pool.inUse == 0)
    }

    @Test func filledAndRoomDivideTheBlock() {
        let pool = BufferPool()
        let block = pool.take()
        block.memory.copyBytes(from: [1, 2, 3, 4, 5, 6])
        block.start = 2
        block.end = 6
        #expect(Array(block.filled) == [3, 4, 5, 6])
        #expect(block.room.count == Block.capacity - 6)
        pool.recycle(block)
    }

    @Test func compactingMovesTheFilledPartToTheStart() {
        let pool = BufferPool()
        let block = pool.take()
        block.memory.copyBytes(from: [1, 2, 3, 4, 5, 6])
        block.start = 2
        block.end = 6
        block.compact()
        #expect(Array(block.filled) == [3, 4, 5, 6])
        #expect(block.start == 0)
        #expect(block.room.count == Block.capacity - 4)
        pool.recycle(block)
    }

    @Test func theWholeCapacityMayBeWrittenWithoutHarmToTheHeader() {
        let pool = BufferPool()
        let (block, other) = (pool.take(), pool.take())
        block.next = other
        for i in 0..<Block.capacity { block.memory[i] = 0xff }
        block.end = Block.capacity
        #expect(block.next?.memory.baseAddress == other.memory.baseAddress)
        #expect(block.filled.count == Block.capacity)
        #expect(block.room.isEmpty)
        pool.recycle(block)
        pool.recycle(other)
    }
}
