import Glibc

/// A block of a `BufferPool`: raw memory with a small header that makes blocks chainable without further allocation.
///
/// SAFETY: a plain pointer; exactly one holder at a time, who gives it back with `BufferPool.recycle` on the same loop.
public struct Block {
    let pointer: UnsafeMutableRawPointer

    private struct Header {
        var next: UnsafeMutableRawPointer?
        var start: Int32
        var end: Int32
    }

    /// Bytes of a block that its holder may use.
    public static var capacity: Int { BufferPool.blockBytes - MemoryLayout<Header>.stride }

    /// The usable memory, `Block.capacity` bytes.
    public var memory: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: pointer + MemoryLayout<Header>.stride, count: Block.capacity)
    }

    /// The filled part `start..<end`.
    public var filled: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pointer + MemoryLayout<Header>.stride + start, count: end - start)
    }

    /// The part from `end` to the block's end.
    public var room: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(
            start: pointer + MemoryLayout<Header>.stride + end, count: Block.capacity - end)
    }

    private var header: UnsafeMutablePointer<Header> { pointer.assumingMemoryBound(to: Header.self) }

    /// First filled byte. Kept in the block for whoever holds it.
    public var start: Int {
        get { Int(header.pointee.start) }
        nonmutating set { header.pointee.start = Int32(newValue) }
    }

    /// One past the last filled byte.
    public var end: Int {
        get { Int(header.pointee.end) }
        nonmutating set { header.pointee.end = Int32(newValue) }
    }

    /// The block behind this one in its holder's chain.
    public var next: Block? {
        get { header.pointee.next.map { Block(pointer: $0) } }
        nonmutating set { header.pointee.next = newValue?.pointer }
    }

    init(pointer: UnsafeMutableRawPointer) { self.pointer = pointer }

    func clear() { header.initialize(to: Header(next: nil, start: 0, end: 0)) }

    /// Moves the filled part to the block's start, to make room behind it.
    public func compact() {
        let count = end - start
        guard start > 0 else { return }
        let base = pointer + MemoryLayout<Header>.stride
        if count > 0 { memmove(base, base + start, count) }
        start = 0
        end = count
    }
}

/// One loop's stock of 64 KiB blocks: the last one given back is the next one taken, so its pages and cache lines are warm.
///
/// A connection holds blocks only while bytes are in flight. The stock keeps at most `keptBlocks` idle blocks and frees the
/// rest, so a burst does not stay resident.
public final class BufferPool {
    static let blockBytes = 65_536
    /// Idle blocks kept for reuse; 64 of them are 4 MiB at most.
    public static let keptBlocks = 64

    private var free: ContiguousArray<UnsafeMutableRawPointer> = []

    /// Blocks in the hands of connections.
    public private(set) var inUse = 0

    init() { free.reserveCapacity(Self.keptBlocks) }

    deinit { for block in free { Glibc.free(block) } }

    /// An empty block.
    public func take() -> Block {
        inUse += 1
        let block = Block(pointer: free.popLast() ?? Self.allocate())
        block.clear()
        return block
    }

    /// Takes back a block of this pool that nobody uses any more.
    public func recycle(_ block: Block) {
        inUse -= 1
        if free.count < Self.keptBlocks {
            free.append(block.pointer)
        } else {
            Glibc.free(block.pointer)
        }
    }

    private static func allocate() -> UnsafeMutableRawPointer {
        var pointer: UnsafeMutableRawPointer?
        guard posix_memalign(&pointer, 4096, blockBytes) == 0, let pointer else {
            fatalError("out of memory for a \(blockBytes)-byte block")
        }
        return pointer
    }
}
