import Glibc

/// A file descriptor with exactly one owner: closed when its owner goes, unless released before.
public struct OwnedDescriptor: ~Copyable, Sendable {
    /// The descriptor's number. Borrowed: valid while this value lives.
    public let raw: CInt

    /// Takes ownership of `raw`, which must be an open descriptor that nobody else closes.
    public init(_ raw: CInt) { self.raw = raw }

    deinit { _ = Glibc.close(raw) }

    /// Gives the descriptor up without closing it: from now on the caller must close it.
    public consuming func release() -> CInt {
        let raw = self.raw
        discard self
        return raw
    }
}
