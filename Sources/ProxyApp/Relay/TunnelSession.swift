import Engine
import HTTPStack
import HTTPWire
import Tunnel

/// An open tunnel in its loop's list: what the log will say of it when it ends.
final class TunnelSession: TunnelOwner, ShapedFlowOwner {
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
        shape(tunnel, early: UInt64(toOrigin.count), UInt64(toClient.count))
        tunnel.deliverEarly(toOrigin, to: .origin)
        tunnel.deliverEarly(toClient, to: .client)
        tunnel.start(clientEnded: clientEnded)
    }

    /// Holds the tunnel to the client's limits, if there are any on bytes.
    private func shape(_ tunnel: Tunnel, early toOrigin: UInt64, _ toClient: UInt64) {
        guard let seat = session?.seat, seat.toOrigin != nil || seat.toClient != nil else { return }
        seat.serve(self)
        seat.toOrigin?.moved(toOrigin)
        seat.toClient?.moved(toClient)
        tunnel.shape(fromClient: seat.toOrigin, fromOrigin: seat.toClient)
    }

    func flowMayMove(_ flow: ShapedFlow) {
        tunnel?.resume(flow === session?.seat?.toOrigin ? .client : .origin)
    }

    func tunnelEnded(_ tunnel: Tunnel, _ end: TunnelEnd) {
        line.withUnsafeBytes { bytes in
            var record = AccessRecord(client: client)
            record.user = session?.login?.user
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
