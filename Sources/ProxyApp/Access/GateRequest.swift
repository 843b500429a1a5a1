import Engine
import HTTPWire

/// What the gate looks at: a request whose head was checked. The head's bytes are borrowed for the call.
struct GateRequest {
    /// The head as received.
    let head: MessageHead
    /// Its target; one in asterisk-form has no destination, and passes without a look at names.
    let target: RequestTarget
    /// Where the client is.
    let client: SocketAddress
    /// What is kept for the client's connection, when something is.
    let session: ClientSession?

    /// The host as received, without brackets.
    var host: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: head.bytes(head.targetRange)[Int(target.host.start)..<target.host.end])
    }

    /// The port, with the scheme's default filled in.
    var port: UInt16 { target.port ?? 80 }

    /// The host for a message to a person.
    var hostText: String { String(decoding: host, as: UTF8.self) }
}
