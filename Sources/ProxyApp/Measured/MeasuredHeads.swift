import HTTPWire

/// Forwarded heads, for `Benchmarks/micro`, which counts their instructions. `package` keeps it out of the interface.
package struct MeasuredHeads {
    private let forwarded: ForwardedHead

    /// Heads with this pseudonym in Via, as the configuration's default has one.
    package init(via: String) { forwarded = ForwardedHead(via: Array(via.utf8)) }

    /// Writes the request as it goes to the origin.
    package func write(request head: MessageHead, target: RequestTarget, to writer: inout HeadWriter) {
        forwarded.write(request: head, target: target, framing: .none, upgrade: false, to: &writer)
    }

    /// Writes the response as it goes to an HTTP/1.1 client whose connection stays open.
    package func write(response head: MessageHead, framing: BodyFraming, to writer: inout HeadWriter) {
        forwarded.write(
            response: head, framing: framing, clientMinor: 1, persist: true, bodiless: false, to: &writer)
    }
}
