/// Bytes that stay where they are for the life of the process, as a read block's do for the life of a request.
enum Bytes {
    /// A copy of the text's UTF-8, never freed.
    static func kept(_ text: String) -> UnsafeRawBufferPointer {
        let utf8 = Array(text.utf8)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: utf8.count, alignment: 16)
        memory.copyBytes(from: utf8)
        return UnsafeRawBufferPointer(memory)
    }

    /// Memory to write into, never freed.
    static func room(_ count: Int) -> UnsafeMutableRawBufferPointer { .allocate(byteCount: count, alignment: 16) }
}
