import FuzzSupport
import HTTPWire

/// Request targets and Host values against the reference.
@main
enum FuzzRequestTarget {
    static func main() { Fuzzer.run(testOneInput) }

    static func compare(_ found: RequestTarget?, _ expected: ReferenceTarget?, _ bytes: UnsafeRawBufferPointer) {
        guard let found, let expected else {
            return require(found == nil && expected == nil, "\(quoted(bytes)): \(String(describing: expected))")
        }
        func part(_ range: ByteRange) -> [UInt8] { Array(bytes[Int(range.start)..<range.end]) }
        let form: ReferenceTarget.Form =
            switch found.form {
            case .origin: .origin
            case .absolute: .absolute
            case .authority: .authority
            case .asterisk: .asterisk
            }
        var seen = ReferenceTarget(form: form)
        seen.scheme = part(found.scheme)
        seen.host = part(found.host)
        seen.isIPv6 = found.hostIsIPv6Literal
        seen.port = found.port.map { Int($0) }
        seen.path = part(found.path)
        require(seen == expected, "\(quoted(bytes)): \(seen), not \(expected)")
    }

    /// What was read can be put together again and reads the same.
    static func rewrite(_ target: RequestTarget, _ bytes: UnsafeRawBufferPointer) {
        guard target.form == .authority || target.form == .absolute else { return }
        var text = Array(bytes[Int(target.host.start)..<target.host.end])
        if target.hostIsIPv6Literal { text = [0x5b] + text + [0x5d] }
        if let port = target.port { text += Array(":\(port)".utf8) }
        text.withUnsafeBytes { again in
            guard let read = try? RequestTarget.parseAuthority(again) else { failed("\(quoted(again)) is refused") }
            require(read.port == target.port && read.host.length == target.host.length, "\(quoted(again)): \(read)")
        }
    }
}

/// One input: a byte for the method, then the target.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let (name, method): (String, Method) =
        switch input.number(below: 4) {
        case 0: ("GET", .get)
        case 1: ("CONNECT", .connect)
        case 2: ("OPTIONS", .options)
        default: ("", .other)
        }
    let isHost = name.isEmpty
    let target = input.rest()
    // Memory that ends with the target, for the address sanitizer to watch.
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: target.count, alignment: 1)
    defer { bytes.deallocate() }
    bytes.copyBytes(from: target)
    let view = UnsafeRawBufferPointer(bytes)
    let found = try? isHost ? RequestTarget.parseAuthority(view) : RequestTarget.parse(view, method: method)
    let expected =
        isHost ? ReferenceTarget.readAuthority(target) : ReferenceTarget.read(target, method: Array(name.utf8))
    FuzzRequestTarget.compare(found, expected, view)
    if let found { FuzzRequestTarget.rewrite(found, view) }
    return 0
}
