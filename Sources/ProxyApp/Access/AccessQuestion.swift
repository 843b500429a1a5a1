import HTTPWire
import Policy

/// What somebody would like to know: may this client, or user, go there? For `proxyd explain`.
public struct AccessQuestion: Sendable {
    let client: IPAddress?
    let user: String?
    let groups: Set<String>
    let method: HTTPWire.Method
    let host: CanonicalHost
    let port: UInt16

    /// Reads what was typed.
    ///
    /// `client` is an address, nil for a program on a unix socket; `target` is `host:port` for CONNECT, else a URL with
    /// `http://`. Throws a sentence about what is wrong.
    public init(
        client: String?, user: String?, groups: [String], method: String, target: String
    ) throws(AccessQuestionProblem) {
        if let client {
            guard let address = IPAddress(parsing: client) else {
                throw AccessQuestionProblem("--client: `\(client)` is no IP address; write 10.0.0.7 or 2001:db8::7")
            }
            self.client = address
        } else {
            self.client = nil
        }
        self.user = user
        self.groups = Set(groups)
        let bytes = Array(method.utf8)
        self.method = bytes.withUnsafeBytes { HTTPWire.Method.identify($0) }
        guard self.method != .other || method.uppercased() == method else {
            throw AccessQuestionProblem("`\(method)` is no method; methods are written in capitals, as in GET")
        }
        (host, port) = try Self.destination(target, self.method)
    }

    private static func destination(
        _ text: String, _ method: HTTPWire.Method
    ) throws(AccessQuestionProblem) -> (CanonicalHost, UInt16) {
        let form =
            method == .connect
            ? "CONNECT takes host:port, as in example.com:443"
            : "other methods than CONNECT take a URL, as in http://example.com/"
        if method != .connect, text.lowercased().hasPrefix("https://") {
            throw AccessQuestionProblem("for https:// a client opens a tunnel: ask about CONNECT and host:443")
        }
        let bytes = Array(text.utf8)
        do {
            return try bytes.withUnsafeBytes { bytes in
                let target = try RequestTarget.parse(bytes, method: method)
                guard target.form == .authority || target.form == .absolute else { throw AccessQuestionProblem(form) }
                let host = UnsafeRawBufferPointer(rebasing: bytes[Int(target.host.start)..<target.host.end])
                return (try CanonicalHost(host, isIPv6Literal: target.hostIsIPv6Literal), target.port ?? 80)
            }
        } catch let error as HostError {
            throw AccessQuestionProblem("`\(text)`: \(error.reason)")
        } catch {
            throw AccessQuestionProblem("`\(text)` is no target; \(form)")
        }
    }
}

/// Why a question cannot be answered: a line for the person who asked.
public struct AccessQuestionProblem: Error, Equatable, CustomStringConvertible {
    /// The line.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// What `proxyd explain` prints, and its status.
public struct AccessAnswer: Sendable, Equatable {
    /// Line by line.
    public let lines: [String]
    /// Would the request go on?
    public let isAllowed: Bool
}
