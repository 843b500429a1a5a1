/// Bytes that a pooled object keeps for a while: grown when needed, never shrunk below its first size, freed with its owner.
///
/// SAFETY: the memory belongs to this object alone; pointers into it are valid until the next `reset`, `append` or `room`.
final class ByteStore {
    private var memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(capacity: Int = 1024) {
        memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { memory.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory.baseAddress, count: count) }

    func reset() { count = 0 }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        let room = room(bytes.count)
        room.copyMemory(from: bytes)
        count += bytes.count
    }

    func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func append(byte: UInt8) {
        room(1)[0] = byte
        count += 1
    }

    /// Room for at least `more` bytes behind what is there; `commit` what was written.
    func room(_ more: Int) -> UnsafeMutableRawBufferPointer {
        if memory.count - count < more {
            var size = memory.count
            while size - count < more { size *= 2 }
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
            memory.deallocate()
            memory = larger
        }
        return UnsafeMutableRawBufferPointer(start: memory.baseAddress.map { $0 + count }, count: memory.count - count)
    }

    func commit(_ added: Int) { count += added }
}
