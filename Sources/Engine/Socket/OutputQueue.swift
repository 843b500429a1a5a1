import CLinux
import Glibc

/// Bytes on their way to a socket, in a chain of blocks: gathered in front of a send, or left over behind one.
///
/// Empty most of the time, and then it holds no block.
struct OutputQueue {
    /// Blocks that one system call takes at most; more wait for the next round.
    private static let gatheredBlocks = 8

    private var head: Block?
    private var tail: Block?

    /// Bytes in the queue.
    private(set) var count = 0

    /// Room for at least `wanted` contiguous bytes at the end.
    mutating func reserve(_ wanted: Int, _ buffers: BufferPool) -> UnsafeMutableRawBufferPointer {
        precondition(wanted <= Block.capacity, "a reservation of \(wanted) bytes exceeds a block")
        if let tail, tail.room.count >= wanted { return tail.room }
        let block = buffers.take()
        if let tail { tail.next = block } else { head = block }
        tail = block
        return block.room
    }

    /// `written` bytes were put into what `reserve` returned.
    mutating func commit(_ written: Int, _ buffers: BufferPool) {
        guard let tail else { return }
        tail.end += written
        count += written
        if count == 0 { drop(first: 0, buffers) }
    }

    /// Copies the bytes to the end.
    mutating func append(_ bytes: UnsafeRawBufferPointer, _ buffers: BufferPool) {
        var rest = bytes
        while !rest.isEmpty {
            let room = reserve(1, buffers)
            let part = min(room.count, rest.count)
            UnsafeMutableRawBufferPointer(rebasing: room[..<part]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: rest[..<part]))
            commit(part, buffers)
            rest = UnsafeRawBufferPointer(rebasing: rest[part...])
        }
    }

    /// One send of the queue's first blocks and, when that is all of it, `extra` and `suffix` behind them. Takes nothing out.
    /// Returns what the kernel took, or -1 with errno set.
    func send(to fd: CInt, _ extra: UnsafeRawBufferPointer, _ suffix: UnsafeRawBufferPointer) -> Int {
        if count == 0, suffix.isEmpty { return clinux_send(fd, extra.baseAddress, extra.count) }
        if let head, head.next == nil, extra.isEmpty, suffix.isEmpty {
            let filled = head.filled
            return clinux_send(fd, filled.baseAddress, filled.count)
        }
        return withUnsafeTemporaryAllocation(of: iovec.self, capacity: Self.gatheredBlocks + 2) { vectors in
            var used = 0
            func add(_ bytes: UnsafeRawBufferPointer) {
                guard !bytes.isEmpty else { return }
                vectors[used] = iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
                used += 1
            }
            var block = head
            while let current = block, used < Self.gatheredBlocks {
                add(current.filled)
                block = current.next
            }
            if block == nil {
                add(extra)
                add(suffix)
            }
            return clinux_sendv(fd, vectors.baseAddress, used)
        }
    }

    /// Removes the first `sent` bytes; blocks that are empty then go back.
    mutating func drop(first sent: Int, _ buffers: BufferPool) {
        count -= sent
        var rest = sent
        while let block = head {
            let filled = block.end - block.start
            if rest < filled {
                block.start += rest
                return
            }
            rest -= filled
            head = block.next
            if head == nil { tail = nil }
            buffers.recycle(block)
        }
    }

    /// Removes everything.
    mutating func drop(_ buffers: BufferPool) { drop(first: count, buffers) }
}
