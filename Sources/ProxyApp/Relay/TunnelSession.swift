import Engine
import HTTPStack
import HTTPWire
import Tunnel

/// An open tunnel in its loop's list: what the log will say of it when it ends. Used for one tunnel after another.
final class TunnelSession: TunnelOwner, ShapedFlowOwner {
    private let context: LoopContext
    private var client = SocketAddress.unix(path: "")
    private var session: ClientSession?
    private var startedNs: UInt64 = 0
    private var line: [UInt8] = []
    private var methodCount = 0
    private var status = 200
    var resolveNs: UInt64 = 0
    var connectNs: UInt64 = 0
    private var openedNs: UInt64 = 0
    private var isReused = false
    private(set) var tunnel: Tunnel?
    /// Place in the loop's list.
    var index = 0

    init(_ context: LoopContext) { self.context = context }

    /// A tunnel is about to be opened for a request that came at `startedNs`; `line` is its method and target.
    func begin(client: SocketAddress, session: ClientSession?, startedNs: UInt64, line: ByteStore, _ methodCount: Int) {
        self.client = client
        self.session = session
        self.startedNs = startedNs
        self.line.removeAll(keepingCapacity: true)
        self.line.append(contentsOf: line.bytes)
        self.methodCount = methodCount
        openedNs = 0
        isReused = false
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
        if let session {
            self.session = nil
            context.gate.ended(session)
        }
        context.recycle(self)
    }
}
