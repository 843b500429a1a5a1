import Engine
import Policy

/// What limits count of one client connection, from its accept to its end, the tunnel that it may become included.
///
/// Confined to its loop. Made only where limits are configured.
final class ClientSeat {
    private let limits: LoopLimits
    private var address: ClientTable.Place?
    private var user: ClientTable.Place?
    private var userName: String?
    /// Where the tunnel is counted; nil while there is none.
    private var tunnel: (address: ClientTable.Place?, user: ClientTable.Place?)?
    /// Why the connection as a whole is not served: it is one too many.
    let refusal: ProxyError?
    /// Holds bytes to the limit, one way; nil where there is none.
    private(set) var toOrigin: ShapedFlow?
    private(set) var toClient: ShapedFlow?

    init(_ limits: LoopLimits, address: IPAddress?) {
        self.limits = limits
        var refusal: ProxyError?
        if let ledger = limits.book.addresses, let address {
            do throws(LimitRefusal) {
                self.address = try ledger.connect(ClientKey(address), nowMs: limits.loop.nowMs)
            } catch { refusal = LimitScope.client.error(error) }
        }
        self.refusal = refusal
        guard refusal == nil else { return }
        toOrigin = limits.book.pieceBytes(.toOrigin).map { ShapedFlow(limits, self, .toOrigin, pieceBytes: $0) }
        toClient = limits.book.pieceBytes(.toClient).map { ShapedFlow(limits, self, .toClient, pieceBytes: $0) }
    }

    private var nowMs: UInt64 { limits.loop.nowMs }

    // MARK: Steps of the gate

    /// A request: counted for the address. Throws what it is refused with.
    func takeForAddress() throws(ProxyError) {
        guard let ledger = limits.book.addresses, let address else { return }
        do throws(LimitRefusal) { try ledger.beginRequest(address, nowMs: nowMs) } catch {
            throw LimitScope.client.error(error)
        }
    }

    /// The same request, of somebody who is logged in. The connection counts as the user's from the first one on.
    func takeForUser(_ name: String) throws(ProxyError) {
        guard let ledger = limits.book.users else { return }
        do throws(LimitRefusal) {
            if userName != name { try change(user: name, in: ledger) }
            if let user { try ledger.beginRequest(user, nowMs: nowMs) }
        } catch { throw LimitScope.user.error(error) }
    }

    /// One connection can carry requests of several users, one after another.
    private func change(user name: String, in ledger: LimitLedger) throws(LimitRefusal) {
        leaveUser()
        user = try ledger.connect(.user(name), nowMs: nowMs)
        userName = name
    }

    /// A tunnel is asked for, the only one that a connection can have: takes its places, which `closeTunnel` gives back. Throws
    /// what it is refused with.
    func openTunnel() throws(ProxyError) {
        closeTunnel()
        if let ledger = limits.book.addresses, let address {
            do throws(LimitRefusal) { try ledger.openTunnel(address) } catch { throw LimitScope.client.error(error) }
        }
        if let ledger = limits.book.users, let user {
            do throws(LimitRefusal) { try ledger.openTunnel(user) } catch {
                if let address { limits.book.addresses?.closeTunnel(address) }
                throw LimitScope.user.error(error)
            }
        }
        tunnel = (address, user)
    }

    /// The tunnel has ended, or was not opened after all. Harmless when there is none.
    func closeTunnel() {
        guard let tunnel else { return }
        self.tunnel = nil
        if let place = tunnel.address { limits.book.addresses?.closeTunnel(place) }
        if let place = tunnel.user { limits.book.users?.closeTunnel(place) }
    }

    // MARK: Bytes

    /// From now on `owner` moves the bytes of the connection, if they are held to a limit.
    func serve(_ owner: any ShapedFlowOwner) {
        toOrigin?.serve(owner)
        toClient?.serve(owner)
    }

    /// The owner moves none any more. Harmless when another has begun to: the next request may begin before the last is over.
    func release(_ owner: any ShapedFlowOwner) {
        toOrigin?.release(owner)
        toClient?.release(owner)
    }

    /// Pays for bytes with everybody whose they are. Returns in how many milliseconds they may move.
    func pay(_ bytes: UInt64, _ direction: ClientTable.Direction) -> UInt64 {
        var waitMs: UInt64 = 0
        if let address, let ledger = limits.book.addresses {
            waitMs = ledger.pay(bytes, direction, address, nowMs: nowMs)
        }
        if let user, let ledger = limits.book.users {
            waitMs = max(waitMs, ledger.pay(bytes, direction, user, nowMs: nowMs))
        }
        return waitMs
    }

    /// Bytes that were paid for do not move.
    func giveBack(_ bytes: UInt64, _ direction: ClientTable.Direction) {
        if let address { limits.book.addresses?.giveBack(bytes, direction, address) }
        if let user { limits.book.users?.giveBack(bytes, direction, user) }
    }

    // MARK: The end

    /// The connection has ended: all places are given back. Once.
    func end() {
        closeTunnel()
        toOrigin?.end()
        toClient?.end()
        toOrigin = nil
        toClient = nil
        leaveUser()
        if let address { limits.book.addresses?.disconnect(address, nowMs: nowMs) }
        address = nil
    }

    private func leaveUser() {
        if let user { limits.book.users?.disconnect(user, nowMs: nowMs) }
        user = nil
        userName = nil
    }
}
