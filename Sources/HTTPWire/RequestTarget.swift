/// A request target taken apart. RFC 9112 3.2, RFC 3986. Owns nothing; bytes are never changed.
public struct RequestTarget: Sendable, Equatable {
    /// The four forms of RFC 9112 3.2.
    public enum Form: Equatable, Sendable {
        /// `/path?query`: to an origin.
        case origin
        /// `http://host/path?query`: to a proxy.
        case absolute
        /// `host:port`: CONNECT, or a `Host` field value.
        case authority
        /// `*`: OPTIONS for the server itself.
        case asterisk
    }

    /// Which form the target has.
    public var form: Form
    /// The scheme without its colon; empty unless ``Form/absolute``. Any scheme is accepted:
    /// whether it is served is for the caller.
    public var scheme = ByteRange.empty
    /// The host without brackets; empty in ``Form/origin`` and ``Form/asterisk``.
    public var host = ByteRange.empty
    /// True when the host was an IPv6 address in brackets.
    public var hostIsIPv6Literal = false
    /// 1...65535, or nil when not given; an empty port (`host:`) counts as not given.
    public var port: UInt16?
    /// Path and query as received. Begins with `/`, or with `?` when an absolute target has no
    /// path; empty when it has neither.
    public var path = ByteRange.empty

    init(form: Form) { self.form = form }

    /// Takes a target apart; ranges are offsets into `bytes`, which are borrowed for the call.
    ///
    /// `CONNECT` takes `host:port` only, and no other method does.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer, method: Method
    ) throws(TargetError) -> RequestTarget {
        try checkBytes(bytes, bytes.count)
        return try parse(bytes, bytes.count, method: method)
    }

    /// Takes the target of a parsed request apart; ranges are offsets into the bytes of its ``MessageHead/targetRange``.
    public static func parse(_ head: MessageHead) throws(TargetError) -> RequestTarget {
        let range = head.targetRange
        // Scans may look at what is behind the target, up to the end of the head.
        let readable = max(Int(range.length), head.byteCount &- Int(range.start))
        let bytes = UnsafeRawBufferPointer(start: head.base + Int(range.start), count: readable)
        try checkBytes(bytes, Int(range.length))
        return try parse(bytes, Int(range.length), method: head.method)
    }

    /// Takes `host [":" port]` apart, the value of a `Host` field. RFC 9110 7.2.
    public static func parseAuthority(_ bytes: UnsafeRawBufferPointer) throws(TargetError) -> RequestTarget {
        try checkBytes(bytes, bytes.count)
        return try authority(bytes, 0, hostEnd(bytes, 0), bytes.count, RequestTarget(form: .authority))
    }

    // MARK: - Private

    // The first `count` bytes are the target's; what is behind them may be read and means nothing.

    private static func checkBytes(_ bytes: UnsafeRawBufferPointer, _ count: Int) throws(TargetError) {
        guard let start = bytes.baseAddress, count > 0 else { throw .empty }
        guard count <= HeadLimits.largestHeadBytes else { throw .tooLong }
        let odd = ByteScan.index(start, 0, bytes.count, of: ByteScan.nonVisibleOrHash)
        guard odd < count else { return }
        let isVisible = ByteScan.index(start, odd, bytes.count, of: ByteScan.nonVisible) >= count
        throw isVisible ? .fragment : .badByte
    }

    private static func parse(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, method: Method
    ) throws(TargetError) -> RequestTarget {
        if method == .connect {
            let target = try authority(bytes, 0, min(hostEnd(bytes, 0), count), count, RequestTarget(form: .authority))
            guard target.port != nil else { throw .missingPort }
            return target
        }
        if bytes[0] == 0x2f {
            var target = RequestTarget(form: .origin)
            target.path = ByteRange(from: 0, to: count)
            return target
        }
        if count == 1 && bytes[0] == 0x2a {
            guard method == .options else { throw .asteriskNotAllowed }
            return RequestTarget(form: .asterisk)
        }
        return try absolute(bytes, count)
    }

    /// `scheme "://" authority [path]`. RFC 3986 3.
    private static func absolute(_ bytes: UnsafeRawBufferPointer, _ count: Int) throws(TargetError) -> RequestTarget {
        let colon = isHTTP(bytes, count) ? 4 : try schemeEnd(bytes, count)
        let start = colon &+ 3
        // Behind the host there is a port at most, nearly always.
        let plainEnd = min(hostEnd(bytes, start), count)
        var end = plainEnd
        while end < count, bytes[end] != 0x2f, bytes[end] != 0x3f { end &+= 1 }
        var target = RequestTarget(form: .absolute)
        target.scheme = ByteRange(from: 0, to: colon)
        target.path = ByteRange(from: end, to: count)
        return try authority(bytes, start, plainEnd, end, target)
    }

    /// Does it begin with `http://`? Setting bit 5 folds upper case, and of visible bytes nothing else that is in it.
    @inline(__always)
    private static func isHTTP(_ bytes: UnsafeRawBufferPointer, _ count: Int) -> Bool {
        guard count >= 8 else { return false }
        let word = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) | 0x2020_2020_2020_2020
        return word & 0x00ff_ffff_ffff_ffff == 0x002f_2f3a_7074_7468
    }

    /// Index of the colon of `scheme "://"`.
    @inline(never)
    private static func schemeEnd(_ bytes: UnsafeRawBufferPointer, _ count: Int) throws(TargetError) -> Int {
        var colon = 0
        while colon < count, isSchemeByte(bytes[colon]) { colon &+= 1 }
        guard colon &+ 2 < count, bytes[colon] == 0x3a, bytes[colon &+ 1] == 0x2f, bytes[colon &+ 2] == 0x2f
        else { throw .badForm }
        guard ByteClass.isAlpha(bytes[0]) else { throw .badScheme }
        return colon
    }

    /// Index from `from` on of the first byte that is not a letter, digit, hyphen or dot, of which most hosts consist; may be
    /// beyond the target.
    @inline(__always)
    private static func hostEnd(_ bytes: UnsafeRawBufferPointer, _ from: Int) -> Int {
        guard let start = bytes.baseAddress else { return from }
        return ByteScan.index(start, from, bytes.count, of: ByteScan.nonHost)
    }

    /// Fills in host and port from `from..<end`, of which ``hostEnd(_:_:)`` has been asked. RFC 3986 3.2.
    private static func authority(
        _ bytes: UnsafeRawBufferPointer, _ from: Int, _ plainEnd: Int, _ end: Int, _ partial: RequestTarget
    ) throws(TargetError) -> RequestTarget {
        do throws(TargetError) { return try hostAndPort(bytes, from, plainEnd, end, partial) } catch {
            // Userinfo is what is wrong with it, whatever else is.
            for index in from..<end where bytes[index] == 0x40 { throw .userinfo }
            throw error
        }
    }

    private static func hostAndPort(
        _ bytes: UnsafeRawBufferPointer, _ from: Int, _ plainEnd: Int, _ end: Int, _ partial: RequestTarget
    ) throws(TargetError) -> RequestTarget {
        var target = partial
        var index = from
        guard from < end else { throw .emptyHost }
        if bytes[from] == 0x5b {
            index = from &+ 1
            while index < end, bytes[index] != 0x5d { index &+= 1 }
            guard index < end, IPv6Literal.isValid(bytes, from &+ 1, index) else { throw .badIPv6Literal }
            target.host = ByteRange(from: from &+ 1, to: index)
            target.hostIsIPv6Literal = true
            index &+= 1
            guard index == end || bytes[index] == 0x3a else { throw .badHost }
        } else {
            index = try registeredNameEnd(bytes, plainEnd, end)
            guard index > from else { throw .emptyHost }
            guard index &- from <= 255 else { throw .badHost }
            target.host = ByteRange(from: from, to: index)
        }
        if index < end { target.port = try port(bytes, index &+ 1, end) }
        return target
    }

    /// Index of the colon before the port, or `end`. RFC 3986 3.2.2.
    private static func registeredNameEnd(
        _ bytes: UnsafeRawBufferPointer, _ from: Int, _ end: Int
    ) throws(TargetError) -> Int {
        var index = from
        while index < end, bytes[index] != 0x3a {
            if bytes[index] == 0x25 {
                guard index &+ 2 < end, ByteClass.hexValue(bytes[index &+ 1]) != nil,
                    ByteClass.hexValue(bytes[index &+ 2]) != nil
                else { throw .badHost }
                index &+= 3
            } else {
                guard isRegisteredNameByte(bytes[index]) else { throw .badHost }
                index &+= 1
            }
        }
        return index
    }

    private static func port(
        _ bytes: UnsafeRawBufferPointer, _ from: Int, _ end: Int
    ) throws(TargetError) -> UInt16? {
        if from == end { return nil }
        // Five digits are enough for every port; more would only be leading zeros.
        guard end &- from <= 5 else { throw .badPort }
        var value: UInt32 = 0
        for index in from..<end {
            guard ByteClass.isDigit(bytes[index]) else { throw .badPort }
            value = value &* 10 &+ UInt32(bytes[index] &- 0x30)
        }
        guard value > 0, let port = UInt16(exactly: value) else { throw .badPort }
        return port
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        ByteClass.isAlpha(byte) || ByteClass.isDigit(byte) || byte == 0x2b || byte == 0x2d || byte == 0x2e
    }

    /// unreserved and sub-delims: the token bytes without `# % ^ backtick |`, and `( ) , ; =`.
    private static func isRegisteredNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x23, 0x25, 0x5e, 0x60, 0x7c: false
        case 0x28, 0x29, 0x2c, 0x3b, 0x3d: true
        default: ByteClass.isToken(byte)
        }
    }
}
