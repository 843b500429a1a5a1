#if compiler(>=6.2)
    extension WritableStream {
        /// Writes bytes, borrowed for the call; false when no more should be written until `onDrain`.
        @discardableResult
        public func write(_ bytes: Span<UInt8>) -> Bool { bytes.withUnsafeBytes { write($0) } }

        /// Writes bytes, borrowed for the call; false when no more should be written until `onDrain`.
        @discardableResult
        public func write(_ bytes: RawSpan) -> Bool { bytes.withUnsafeBytes { write($0) } }
    }
#endif
