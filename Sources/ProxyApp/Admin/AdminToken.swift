import Glibc
import Policy

/// The word that opens the figures of the admin listener: `Authorization: Bearer WORD`. RFC 6750 2.1.
///
/// Read once, at the start, so that the file need not be readable for whom the process becomes.
struct AdminToken: Sendable {
    /// Why a file holds no token.
    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// 20 characters of base64 are 120 bits: nobody guesses them, so guesses need not be slowed.
    static let lengthBytes = 20...512
    private static let advice = "make one with: head -c 24 /dev/urandom | base64"

    private let word: [UInt8]

    /// The token in the file at `path`. Blocks.
    init(file path: String) throws(Problem) {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard file >= 0 else { throw Self.unreadable(path) }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Self.lengthBytes.upperBound + 3)
        let count = read(file, &bytes, bytes.count)
        guard count >= 0 else { throw Self.unreadable(path) }
        do throws(Problem) { try self.init(text: bytes[..<count]) } catch {
            throw Problem(description: "admin_token_file: \(path) \(error)")
        }
    }

    private static func unreadable(_ path: String) -> Problem {
        let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        return Problem(description: "admin_token_file: \(path) cannot be read: \(reason)")
    }

    /// The token in a file's text: one line. No message repeats any of it.
    init(text: some Collection<UInt8>) throws(Problem) {
        var word = Array(text)
        if word.last == 0x0A { word.removeLast() }
        if word.last == 0x0D { word.removeLast() }
        guard word.allSatisfy(Self.isTokenByte) else {
            throw Problem(description: "holds more than one word of letters, digits and -._~+/=; \(Self.advice)")
        }
        guard Self.lengthBytes.contains(word.count) else {
            throw Problem(
                description: "holds a word of \(word.count) characters where \(Self.lengthBytes.lowerBound) to "
                    + "\(Self.lengthBytes.upperBound) belong; \(Self.advice)")
        }
        self.word = word
    }

    /// Is this the value of an `Authorization` field that carries the token?
    ///
    /// Takes as long for a wrong first character as for a wrong last one. The scheme is of either case: RFC 9110 11.1.
    func opens(authorization value: some Collection<UInt8>) -> Bool {
        let scheme = "bearer ".utf8
        guard value.count > scheme.count, zip(value, scheme).allSatisfy({ $0 | 0x20 == $1 }) else { return false }
        return ConstantTime.equal(value.dropFirst(scheme.count).drop { $0 == 0x20 }, word)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~+/=".utf8.contains(byte)
        }
    }
}

extension AdminToken: CustomStringConvertible {
    /// Not the word: descriptions end up in logs.
    var description: String { "AdminToken(***)" }
}

extension AdminRoute {
    /// Does it tell something that only the token's holder may know?
    ///
    /// The page holds no figures, only the script that asks for them. A health check has no place to keep a secret, and learns
    /// a single word.
    var isSecret: Bool {
        switch self {
        case .status, .metrics, .refused(.unknownPath): true
        case .page, .live, .ready, .refused: false
        }
    }
}

extension AdminToken {
    /// Nil, or what is wrong with an admin listener that other machines can reach. Who may open a unix socket is for its mode to
    /// say.
    static func missing(from settings: Settings) -> TextProblem? {
        guard let admin = settings.admin, !admin.isLocal, settings.adminTokenFile == nil else { return nil }
        return TextProblem(
            what: "admin: \(admin) can be reached from other machines, and asks nobody who they are",
            fix: "write `admin_token_file: PATH` of a file with one random word, or listen on 127.0.0.1 or unix:PATH")
    }
}
