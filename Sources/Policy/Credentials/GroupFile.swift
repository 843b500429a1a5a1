/// Groups and their members, from a file: `group: user user` a line, `#` at the start a comment.
///
/// A group may have several lines, and no members. Members need not exist: who may log in is the password file's business.
public struct GroupFile: Sendable {
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
            /// The group's name is empty, too long, or has blanks or control characters.
            case badName
            /// A member's name is too long, or has a colon or control characters.
            case badMember
            /// Not UTF-8.
            case notUTF8
            /// More members in all than a file may have; nothing from here on was taken.
            case tooMany
        }

        /// What is wrong, without anything of the file.
        public var what: String {
            switch kind {
            case .noColon: "not of the form `group: user user`"
            case .badName: "the group's name is empty, too long, or has blanks or control characters"
            case .badMember: "a user's name is too long, or has a colon or control characters"
            case .notUTF8: "not UTF-8"
            case .tooMany: "more than \(GroupFile.maxMembers) members"
            }
        }

        /// What would be right.
        public var fix: String {
            switch kind {
            case .noColon, .notUTF8: "write `group: user user`"
            case .badName, .badMember: "a name has up to \(BasicCredentials.maxUserBytes) bytes, no blank and no colon"
            case .tooMany: "remove members"
            }
        }
    }

    /// Most members, of all groups together.
    public static let maxMembers = 1_000_000

    /// Lines that were not taken, in order.
    public let problems: [Problem]
    /// The groups that the file names.
    public let names: Set<String>
    private let memberships: [String: Membership]

    private struct Membership {
        var groups: Set<String> = []
        /// The first that names the user.
        let line: Int
    }

    /// Reads a file's bytes, which are borrowed for the call. See ``problems`` afterwards.
    public init(parsing bytes: UnsafeRawBufferPointer) {
        var problems: [Problem] = []
        var names: Set<String> = []
        var memberships: [String: Membership] = [:]
        var count = 0
        for (number, range) in PasswordLines(bytes) {
            let kind: Problem.Kind
            do throws(GroupLineError) {
                let (group, members) = try Self.entry(bytes[range])
                guard count + members.count <= Self.maxMembers else {
                    problems.append(Problem(line: number, kind: .tooMany))
                    break
                }
                count += members.count
                names.insert(group)
                for member in members {
                    memberships[member, default: Membership(line: number)].groups.insert(group)
                }
                continue
            } catch { kind = error.kind }
            problems.append(Problem(line: number, kind: kind))
        }
        self.problems = problems
        self.names = names
        self.memberships = memberships
    }

    /// No groups.
    public init() { self.init(parsing: UnsafeRawBufferPointer(start: nil, count: 0)) }

    /// The groups of a user; empty for somebody who is in none.
    public func groups(of user: String) -> Set<String> { memberships[user]?.groups ?? [] }

    /// Everybody who is in a group, once, and the line that names them first; in no order.
    public var members: [(name: String, line: Int)] { memberships.map { (name: $0.key, line: $0.value.line) } }

    private static func entry(_ line: Slice<UnsafeRawBufferPointer>) throws(GroupLineError) -> (String, [String]) {
        guard let text = String(validating: line, as: UTF8.self) else { throw GroupLineError(kind: .notUTF8) }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw GroupLineError(kind: .noColon) }
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let group = text[..<colon]
        guard isName(group), !group.contains(where: isBlank) else { throw GroupLineError(kind: .badName) }
        let members = text[text.index(after: colon)...].split(whereSeparator: isBlank)
        guard members.allSatisfy({ isName($0) && !$0.utf8.contains(UInt8(ascii: ":")) }) else {
            throw GroupLineError(kind: .badMember)
        }
        return (String(group), members.map(String.init))
    }

    private static func isName(_ name: Substring) -> Bool {
        !name.isEmpty && name.utf8.count <= BasicCredentials.maxUserBytes
            && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }
}

private struct GroupLineError: Error {
    let kind: GroupFile.Problem.Kind
}
