import Engine
import HTTPWire
import Policy

/// One loop's share of the logins: reads credentials, knows those of its connections again, and keeps the requests that wait.
///
/// A request with the same Proxy-Authorization bytes as the one before it on the connection costs a keyed hash of these bytes
/// and two comparisons; no lock, no allocation. Confined to its loop.
final class LoginStep {
    /// What comes of looking at a request's credentials.
    enum Verdict {
        case known(ClientUser)
        /// It is being verified; the waiter will hear.
        case pending
    }

    private struct Waiting {
        let waiter: any GateWaiter
        let session: ClientSession?
        /// Of the field's value.
        let digest: KeyedDigest
    }

    private let loop: EventLoop
    private let logins: Logins
    private unowned let gate: Gate
    private let challenge: String
    private var waiting: [UInt64: Waiting] = [:]
    /// By the waiter: thousands may wait for one verification, and all of them go away.
    private var tickets: [ObjectIdentifier: UInt64] = [:]
    private var lastTicket: UInt64 = 0

    init(loop: EventLoop, logins: Logins, realm: String, gate: Gate) {
        self.loop = loop
        self.logins = logins
        self.gate = gate
        challenge = Self.challenge(realm: realm)
    }

    /// The value of Proxy-Authenticate. RFC 7617 2.1: the only charset there is, and it tells clients to send UTF-8.
    static func challenge(realm: String) -> String { "Basic realm=\"\(realm)\", charset=\"UTF-8\"" }

    // MARK: Requests

    /// Whose credentials are these? Throws what to answer when they are not there, or not right.
    func check(_ request: GateRequest, for waiter: any GateWaiter) throws(ProxyError) -> Verdict {
        let head = request.head
        guard let index = head.firstIndex(of: .proxyAuthorization) else { throw required }
        // Two fields are two readings, on a connection that is known too: which one counts would be a guess.
        guard !head.fields[(index + 1)...].contains(where: { $0.id == .proxyAuthorization }) else {
            throw failed("The request has several Proxy-Authorization fields.")
        }
        let value = head.bytes(head[index].value)
        let digest = logins.key.digest(of: value)
        if let known = request.session?.login, known.digest == digest, known.generation == logins.generation,
            known.untilMs > loop.nowMs
        {
            return .known(known.user)
        }
        return try checkNew(value, digest, request, waiter)
    }

    private func checkNew(
        _ value: UnsafeRawBufferPointer, _ digest: KeyedDigest, _ request: GateRequest, _ waiter: any GateWaiter
    ) throws(ProxyError) -> Verdict {
        request.session?.login = nil
        let credentials: BasicCredentials
        do throws(BasicCredentialsError) { credentials = try BasicCredentials(parsing: value) } catch {
            throw error == .otherScheme ? required : failed("The login cannot be read (\(error.token)).")
        }
        lastTicket += 1
        let entry = LoginWaiter(
            loop: loop, step: LoopBound(self), ticket: lastTicket, address: IPAddress(request.client),
            credentials: credentials)
        guard let answer = logins.check(entry, nowMs: loop.nowMs) else {
            waiting[lastTicket] = Waiting(waiter: waiter, session: request.session, digest: digest)
            tickets[ObjectIdentifier(waiter)] = lastTicket
            return .pending
        }
        return .known(try take(answer, digest, request.session))
    }

    /// The waiter's client is gone.
    func cancel(_ waiter: any GateWaiter) {
        guard let ticket = tickets.removeValue(forKey: ObjectIdentifier(waiter)) else { return }
        waiting[ticket] = nil
    }

    // MARK: Answers

    /// A verification has ended.
    func answered(_ ticket: UInt64, _ answer: LoginAnswer) {
        guard let entry = waiting.removeValue(forKey: ticket) else { return }
        tickets[ObjectIdentifier(entry.waiter)] = nil
        do throws(ProxyError) {
            entry.waiter.gate(gate, loggedIn: .success(try take(answer, entry.digest, entry.session)))
        } catch { entry.waiter.gate(gate, loggedIn: .failure(error)) }
    }

    private func take(
        _ answer: LoginAnswer, _ digest: KeyedDigest, _ session: ClientSession?
    ) throws(ProxyError) -> ClientUser {
        switch answer {
        case .accepted(let login):
            let user = ClientUser(name: login.user, groups: login.groups)
            session?.login = RememberedLogin(
                digest: digest, user: user, untilMs: login.untilMs, generation: login.generation)
            return user
        case .wrong: throw failed("The user name or the password is wrong.")
        case .paused(let ms):
            let seconds = Int(clamping: (ms + 999) / 1000)
            throw ProxyError(
                .loginPaused,
                "Too many wrong logins came from your address: none is looked at for \(seconds) s.", waitS: seconds)
        case .busy: throw ProxyError(.loginBusy, "Too many logins are being verified. Try again.")
        }
    }

    private var required: ProxyError {
        ProxyError(
            .loginRequired, "This proxy asks for a user name and a password (Basic, RFC 7617).", challenge: challenge)
    }

    private func failed(_ text: String) -> ProxyError { ProxyError(.loginFailed, text, challenge: challenge) }
}

/// What a connection remembers of the credentials that came last on it.
struct RememberedLogin {
    /// Of the field's value.
    let digest: KeyedDigest
    let user: ClientUser
    let untilMs: UInt64
    let generation: UInt64
}
