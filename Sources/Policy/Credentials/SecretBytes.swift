/// Bytes that nobody should find in memory once they are not needed any more: overwritten when the last holder lets go.
///
/// Shared, never copied, and ended by a NUL, so that C can read them where they lie. Printing shows nothing of them.
public final class SecretBytes: Sendable, CustomStringConvertible, CustomReflectable {
    // SAFETY: written in `init` only, freed in `deinit` only; in between everybody reads.
    private nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer

    /// Copies bytes; the caller sees to what becomes of its own.
    public init(copying bytes: some Collection<UInt8>) {
        memory = .allocate(byteCount: bytes.count + 1, alignment: 1)
        memory.copyBytes(from: bytes)
        memory[bytes.count] = 0
    }

    deinit {
        Self.wipe(memory)
        memory.deallocate()
    }

    /// How many bytes; the NUL behind them does not count.
    public var count: Int { memory.count - 1 }

    /// The bytes, borrowed for the call; a NUL lies behind the last.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
    }

    /// Not the bytes.
    public var description: String { "***" }

    /// Not the bytes.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Overwrites memory that is about to be given back. Not inlined: where the memory ends its life the compiler would see
    /// that nobody reads what is written here, and leave it out.
    @inline(never)
    static func wipe(_ memory: UnsafeMutableRawBufferPointer) {
        for index in memory.indices { memory[index] = 0 }
    }
}
