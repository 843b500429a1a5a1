extension ValueForm where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of `Value`.
    static var word: ValueForm {
        let words = Value.allCases.map(\.rawValue)
        let described = words.joined(separator: ", ")
        return ValueForm(type: "word", range: described) { text throws(TextProblem) in
            if let value = Value(rawValue: text) { return value }
            let nearest = Suggestion.nearest(to: text, among: words).map { "did you mean `\($0)`? " } ?? ""
            throw TextProblem(
                what: "`\(text)` is not one of the words known here", fix: "\(nearest)write one of \(described)")
        } write: {
            $0.rawValue
        }
    }
}

extension ValueForm<ListenAddress> {
    /// A listen address.
    static var listenAddress: ValueForm {
        ValueForm(type: "address", range: ListenAddress.forms) { text throws(TextProblem) in
            try ListenAddress.parse(text)
        } write: { address in
            switch address {
            // A bracket or a colon in the first place is syntax to YAML, or looks like it.
            case .everywhere, .ipv6: "\"\(address)\""
            case .ipv4: "\(address)"
            case .unix: YAMLText.write("\(address)")
            }
        }
    }
}

extension ValueForm<DNSServer> {
    /// A DNS server.
    static var dnsServer: ValueForm {
        ValueForm(type: "address", range: "IP addresses, with `:port` where it is not 53") { text throws(TextProblem) in
            try DNSServer.parse(text)
        } write: { server in
            server.address.contains(":") ? "\"\(server)\"" : "\(server)"
        }
    }
}

extension ValueForm<String> {
    /// An absolute path.
    static var absolutePath: ValueForm {
        ValueForm(type: "path", range: "an absolute path") { text throws(TextProblem) in
            guard text.hasPrefix("/"), text.utf8.count < 4_096, !text.utf8.contains(0) else {
                throw TextProblem(what: "`\(text)` is no absolute path", fix: "write a path that begins with `/`")
            }
            return text
        } write: {
            YAMLText.write($0)
        }
    }

    /// A name that may stand in a `Via` field: a token (RFC 9110 5.6.2) of at most 64 bytes.
    static var viaName: ValueForm {
        ValueForm(type: "name", range: "1 to 64 letters, digits, `-`, `.` and the like, no spaces") {
            text throws(TextProblem) in
            let marks = Array("!#$%&'*+-.^_`|~".utf8)
            let isToken = text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || marks.contains(byte)
            }
            guard isToken, (1...64).contains(text.utf8.count) else {
                throw TextProblem(
                    what: "`\(text)` is no name for `Via`",
                    fix: "write 1 to 64 letters, digits, `-`, `.` and the like, no spaces")
            }
            return text
        } write: {
            YAMLText.write($0)
        }
    }

    /// What may stand in the quotes of a `realm` parameter without being escaped: 1 to 64 printable ASCII characters.
    static var realm: ValueForm {
        let range = "1 to 64 printable ASCII characters without quote and backslash"
        return ValueForm(type: "name", range: range) { text throws(TextProblem) in
            let isPlain = text.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c }
            guard isPlain, (1...64).contains(text.utf8.count) else {
                throw TextProblem(what: "`\(text)` is no realm", fix: "write \(range)")
            }
            return text
        } write: {
            YAMLText.write($0)
        }
    }

    /// A DNS domain, without a final dot.
    static var domain: ValueForm {
        ValueForm(type: "domain", range: "domains") { text throws(TextProblem) in
            let labels = text.split(separator: ".", omittingEmptySubsequences: false)
            let isDomain = labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
            }
            guard isDomain, text.utf8.count <= 253 else {
                throw TextProblem(
                    what: "`\(text)` is no domain", fix: "write letters, digits and `-`, as in example.net")
            }
            return text.lowercased()
        } write: {
            YAMLText.write($0)
        }
    }
}

extension ValueForm<LogTarget> {
    /// Where the access log goes.
    static var logTarget: ValueForm {
        ValueForm(type: "path", range: "`stdout`, an absolute path, or `off`") { text throws(TextProblem) in
            switch text {
            case "off": return .off
            case "stdout": return .stdout
            case _ where text.hasPrefix("/") && text.utf8.count < 4_096 && !text.utf8.contains(0): return .file(text)
            default:
                throw TextProblem(what: "`\(text)` is no log target", fix: "write `stdout`, an absolute path, or `off`")
            }
        } write: { target in
            switch target {
            case .off: "off"
            case .stdout: "stdout"
            case .file(let name): YAMLText.write(name)
            }
        }
    }
}

extension ValueForm<ClosedRange<UInt16>> {
    /// One port or a range of them.
    static var ports: ValueForm {
        ValueForm(type: "port", range: "ports and ranges of ports") { text throws(TextProblem) in
            let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(Digits.parse)
            guard let first = ends[0].flatMap(UInt16.init(exactly:)),
                let last = ends[ends.count - 1].flatMap(UInt16.init(exactly:)),
                first > 0, first <= last
            else {
                throw TextProblem(
                    what: "`\(text)` is neither a port nor a range of ports",
                    fix: "write 1 to 65535, as in 443 or 8000-8999")
            }
            return first...last
        } write: { range in
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }
    }
}

extension ValueForm<ProcessUser> {
    /// An account, and a group after a colon.
    static var processUser: ValueForm {
        let range = "an account's name or number, with `:GROUP` where its own group is not meant"
        return ValueForm(type: "user", range: range) { text throws(TextProblem) in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard (1...2).contains(parts.count), parts.allSatisfy(isName) else {
                throw TextProblem(
                    what: "`\(text)` is no user",
                    fix: "write a name, a number, or both with a group, as in proxyd:proxyd")
            }
            guard parts[0] != "root", Digits.parse(parts[0]) != 0 else {
                throw TextProblem(
                    what: "`\(text)` has every right there is", fix: "name an account without rights, as in nobody")
            }
            return ProcessUser(account: parts[0], group: parts.count == 2 ? parts[1] : nil)
        } write: {
            YAMLText.write("\($0)")
        }
    }

    /// What useradd(8) makes, and what directories add: no blank, no colon, no slash.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (1...256).contains(text.utf8.count) else { return false }
        if (0x30...0x39).contains(first) { return Digits.parse(text).map { $0 < Int(UInt32.max) } ?? false }
        return first != UInt8(ascii: "-")
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
    }
}
