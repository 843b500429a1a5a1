/// Users and their passwords' hashes, from a file as htpasswd(1) writes it: `user:hash` a line, `#` at the start a comment.
public struct PasswordFile: Sendable {
    /// A line that was not taken.
    public struct Problem: Hashable, Sendable {
        /// From 1.
        public let line: Int
        /// What is wrong.
        public let kind: Kind

        /// The ways in which a line is wrong.
        public enum Kind: Hashable, Sendable {
            /// No colon.
            case noColon
            /// Nothing before the colon, too long, or with control characters.
            case badUser
            /// Not UTF-8.
            case notUTF8
            /// The user was on an earlier line.
            case twice(firstLine: Int)
            /// The hash is not accepted.
            case hash(PasswordHashError)
            /// More users than a file may have; nothing from here on was taken.
            case tooMany
        }

        /// What is wrong, without anything of the file.
        public var what: String {
            switch kind {
            case .noColon: "not of the form user:hash"
            case .badUser: "the user's name is empty, too long, or has control characters"
            case .notUTF8: "not UTF-8"
            case .twice(let first): "the user is on line \(first) already"
            case .hash(let error): error.what
            case .tooMany: "more than \(PasswordFile.maxUsers) users"
            }
        }

        /// What would be right.
        public var fix: String {
            switch kind {
            case .noColon, .notUTF8: "write the line with `htpasswd -B`"
            case .badUser: "a name has up to \(BasicCredentials.maxUserBytes) bytes and no colon"
            case .twice: "remove one of them"
            case .hash(let error): error.fix
            case .tooMany: "remove users"
            }
        }
    }

    /// Most users of a file.
    public static let maxUsers = 100_000

    /// Lines that were not taken, in order.
    public let problems: [Problem]
    private let hashes: [String: PasswordHash]
    /// What the password of somebody who does not exist is compared with, so that it takes as long.
    let decoy: PasswordHash?

    /// Reads a file's bytes, which are borrowed for the call. See ``problems`` afterwards.
    public init(parsing bytes: UnsafeRawBufferPointer) {
        var hashes: [String: PasswordHash] = [:]
        var lines: [String: Int] = [:]
        var problems: [Problem] = []
        for (number, range) in PasswordLines(bytes) {
            let kind: Problem.Kind
            do throws(PasswordLineError) {
                guard hashes.count < Self.maxUsers else {
                    problems.append(Problem(line: number, kind: .tooMany))
                    break
                }
                let (user, hash) = try Self.entry(Array(bytes[range]))
                guard let first = lines[user] else {
                    lines[user] = number
                    hashes[user] = hash
                    continue
                }
                kind = .twice(firstLine: first)
            } catch { kind = error.kind }
            problems.append(Problem(line: number, kind: kind))
        }
        self.hashes = hashes
        self.problems = problems
        // The slowest, and of several the same one each time.
        decoy = hashes.values.max { ($0.estimatedNs, $0.text) < ($1.estimatedNs, $1.text) }
    }

    /// How many users there are.
    public var count: Int { hashes.count }

    /// The hash of a user's password.
    public func hash(of user: String) -> PasswordHash? { hashes[user] }

    private static func entry(_ line: [UInt8]) throws(PasswordLineError) -> (String, PasswordHash) {
        guard let text = String(validating: line, as: UTF8.self) else { throw PasswordLineError(kind: .notUTF8) }
        guard let colon = text.firstIndex(of: ":") else { throw PasswordLineError(kind: .noColon) }
        let user = text[..<colon]
        guard !user.isEmpty, user.utf8.count <= BasicCredentials.maxUserBytes,
            user.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
        else { throw PasswordLineError(kind: .badUser) }
        do throws(PasswordHashError) {
            return (String(user), try PasswordHash(text[text.index(after: colon)...]))
        } catch { throw PasswordLineError(kind: .hash(error)) }
    }
}

private struct PasswordLineError: Error {
    let kind: PasswordFile.Problem.Kind
}
