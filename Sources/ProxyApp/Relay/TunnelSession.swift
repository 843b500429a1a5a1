import Engine
import HTTPStack
import HTTPWire
import Tunnel

/// An open tunnel in its loop's list: what the log will say of it when it ends.
final class TunnelSession: TunnelOwner {
    private let context: LoopContext
    private let client: SocketAddress
    private let session: ClientSession?
    private let startedNs: UInt64
    private let line: [UInt8]
    private let methodCount: Int
    private var status = 200
    var resolveNs: UInt64 = 0
    var connectNs: UInt64 = 0
    private var openedNs: UInt64 = 0
    private var isReused = false
    private(set) var tunnel: Tunnel?
    /// Place in the loop's list.
    var index = 0

    init(
        _ context: LoopContext, client: SocketAddress, session: ClientSession?, startedNs: UInt64, line: ByteStore,
        _ methodCount: Int
    ) {
        self.context = context
        self.client = client
        self.session = session
        self.startedNs = startedNs
        self.line = Array(line.bytes)
        self.methodCount = methodCount
    }

    var isOpen: Bool { openedNs > 0 }

    /// Takes over what is known of the request that became a tunnel.
    func adopt(_ request: ClientRequest) {
        resolveNs = request.resolveNs
        connectNs = request.connectNs
        isReused = request.isReusedSocket
    }

    /// Joins the sockets. Early bytes of both sides go first.
    func open(
        client: Socket, origin: Socket, toOrigin: UnsafeRawBufferPointer, toClient: UnsafeRawBufferPointer,
        clientEnded: Bool, status: Int
    ) {
        self.status = status
        openedNs = context.loop.nowNs
        let tunnel = Tunnel(
            loop: context.loop, client: client, origin: origin, options: context.tunnelOptions, owner: self)
        self.tunnel = tunnel
        context.opened(self)
        tunnel.deliverEarly(toOrigin, to: .origin)
        tunnel.deliverEarly(toClient, to: .client)
        tunnel.start(clientEnded: clientEnded)
    }

    func tunnelEnded(_ tunnel: Tunnel, _ end: TunnelEnd) {
        line.withUnsafeBytes { bytes in
            var record = AccessRecord(client: client)
            record.method = UnsafeRawBufferPointer(rebasing: bytes[..<methodCount])
            record.target = UnsafeRawBufferPointer(rebasing: bytes[methodCount...])
            record.status = status
            record.toOriginBytes = tunnel.bytesToOrigin
            record.toClientBytes = tunnel.bytesToClient
            record.resolveNs = resolveNs
            record.connectNs = connectNs
            record.firstByteNs = openedNs - startedNs
            record.totalNs = context.loop.nowNs - startedNs
            record.isReused = isReused
            record.reason = end.token
            context.ended(self, record, end)
        }
        self.tunnel = nil
        if let session { context.gate.ended(session) }
    }
}
