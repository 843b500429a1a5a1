import HTTPWire
import Policy

extension ValueForm<IPNetwork> {
    /// An address or a network.
    static var network: ValueForm {
        ValueForm(type: "network", range: "addresses and networks as in 10.0.0.0/8 or \"2001:db8::/32\"") {
            text throws(TextProblem) in
            do throws(IPNetworkError) { return try IPNetwork(parsing: text) } catch {
                var fix = "write an address or a network, as in 10.0.0.0/8 or \"2001:db8::/32\""
                if case .hostBits(let meant) = error { fix = "write \(meant)" }
                throw TextProblem(what: "`\(text)`: \(error.reason)", fix: fix)
            }
        } write: {
            AccessText.quoted($0.description)
        }
    }
}

extension ValueForm<NAT64Prefix> {
    /// A translator's prefix.
    static var nat64Prefix: ValueForm {
        ValueForm(type: "network", range: "IPv6 prefixes of 32, 40, 48, 56, 64 or 96 bits") {
            text throws(TextProblem) in
            guard let network = try? IPNetwork(parsing: text), let prefix = NAT64Prefix(network) else {
                throw TextProblem(
                    what: "`\(text)` is no prefix of a translator",
                    fix: "write an IPv6 network of 32, 40, 48, 56, 64 or 96 bits, as in \"2001:db8:64::/96\"")
            }
            return prefix
        } write: {
            AccessText.quoted($0.network.description)
        }
    }
}

extension ValueForm<NamePattern> {
    /// A name, or a domain with what is below it.
    static var namePattern: ValueForm {
        ValueForm(
            type: "name",
            range: "example.com (this name), .example.com (it and all below it), \"*.example.com\" (all below it)"
        ) { text throws(TextProblem) in
            do throws(NamePatternError) { return try NamePattern(parsing: text) } catch {
                throw TextProblem(
                    what: "`\(text)`: \(AccessText.clause(error.reason))",
                    fix: "write example.com, .example.com or \"*.example.com\"")
            }
        } write: {
            AccessText.quoted($0.description)
        }
    }
}

extension ValueForm<TimeWindow> {
    /// Days and hours.
    static var timeWindow: ValueForm {
        let range = "days and hours as in \"mon-fri 08:00-18:00\", \"sat,sun\" or \"22:00-06:00\""
        return ValueForm(type: "time", range: range) { text throws(TextProblem) in
            guard let window = TimeWindow(parsing: text) else {
                throw TextProblem(what: "`\(text)` is no time", fix: "write \(range)")
            }
            return window
        } write: {
            AccessText.quoted($0.description)
        }
    }
}

extension ValueForm<AddressClass> {
    /// A class of addresses.
    static var addressClass: ValueForm {
        let words = AddressClass.allCases.map(\.token)
        return ValueForm(type: "class", range: words.joined(separator: ", ")) { text throws(TextProblem) in
            if let found = AddressClass(token: text) { return found }
            let nearest = Suggestion.nearest(to: text, among: words).map { "did you mean `\($0)`? " } ?? ""
            throw TextProblem(
                what: "`\(text)` is no class of addresses",
                fix: "\(nearest)write one of \(words.joined(separator: ", "))")
        } write: {
            AccessText.quoted($0.token)
        }
    }
}

extension ValueForm<HTTPWire.Method> {
    /// A method that the proxy knows by name.
    static var method: ValueForm {
        ValueForm(type: "method", range: "methods in capitals as in GET or CONNECT") { text throws(TextProblem) in
            var copy = text
            let found = copy.withUTF8 { HTTPWire.Method.identify(UnsafeRawBufferPointer($0)) }
            guard found != .other else {
                let known = HTTPWire.Method.allCases.compactMap { $0.name?.description }
                let nearest = Suggestion.nearest(to: text, among: known).map { "did you mean `\($0)`? " } ?? ""
                throw TextProblem(
                    what: "`\(text)` is no method known here", fix: "\(nearest)write a method in capitals, as in GET")
            }
            return found
        } write: {
            $0.name?.description ?? ""
        }
    }
}

extension ValueForm<String> {
    /// A name that the operator chose: of a user, a group, a list or a rule.
    static func chosenName(_ type: String, limit: Int) -> ValueForm {
        ValueForm(type: type, range: "1 to \(limit) bytes without control characters") { text throws(TextProblem) in
            guard (1...limit).contains(text.utf8.count),
                text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
            else {
                throw TextProblem(
                    what: "`\(text)` is no \(type)", fix: "write 1 to \(limit) bytes without control characters")
            }
            return text
        } write: {
            AccessText.quoted($0)
        }
    }
}

extension ValueForm<Bool> {
    /// `true` or `false`.
    static var flag: ValueForm {
        ValueForm(type: "flag", range: "true, false") { text throws(TextProblem) in
            switch text {
            case "true": return true
            case "false": return false
            default: throw TextProblem(what: "`\(text)` is neither true nor false", fix: "write true or false")
            }
        } write: {
            $0 ? "true" : "false"
        }
    }
}

extension ValueForm<Int> {
    /// Hours and minutes east of UTC, in minutes.
    static var utcOffsetMinutes: ValueForm {
        let range = "\"-14:00\" to \"+14:00\""
        return ValueForm(type: "offset", range: range) { text throws(TextProblem) in
            let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
            guard text.utf8.count == 6, let sign = text.first, sign == "+" || sign == "-", parts.count == 2,
                parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
                let hours = Int(parts[0]), let minutes = Int(parts[1]), minutes < 60, hours * 60 + minutes <= 840
            else { throw TextProblem(what: "`\(text)` is no offset from UTC", fix: "write \(range), as in \"+02:00\"") }
            return (sign == "-" ? -1 : 1) * (hours * 60 + minutes)
        } write: { offset in
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            let size = abs(offset)
            return "\"\(offset < 0 ? "-" : "+")\(two(size / 60)):\(two(size % 60))\""
        }
    }
}

extension ValueForm where Value: Equatable {
    /// This form's values, and `list:NAME` for a list from files.
    func orList() -> ValueForm<AccessItem<Value>> {
        ValueForm<AccessItem<Value>>(
            type: type, range: "\(range), list:NAME",
            write: { item in
                switch item {
                case .own(let value): write(value)
                case .list(let name): AccessText.quoted("list:\(name)")
                }
            },
            read: { node throws(NodeProblems) in
                if case .scalar(let text, _) = node, text.hasPrefix("list:") {
                    return .list(String(text.dropFirst("list:".count)))
                }
                return .own(try read(node))
            })
    }

}

extension ValueForm {
    /// One or more of this form's values.
    func several(_ limit: Int = 10_000) -> ValueForm<[Value]> {
        .list(
            of: self, range: "\(range); one or a list", count: 1...limit, assemble: { $0 }, elements: { $0 })
    }
}

/// How values of access rules are written inside brackets.
enum AccessText {
    /// Plain for words of letters, digits and a few marks, else quoted.
    static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x61...0x7a, 0x41...0x5a, 0x30...0x39, 0x2d, 0x2e, 0x2f, 0x5f: true
            default: false
            }
        }
        let first = text.first ?? " "
        return isPlain && (first.isLetter || first.isNumber || first == ".") && text.lowercased() != "null"
            ? text : "'\(text.replacing("'", with: "''"))'"
    }

    /// A sentence as a part of another.
    static func clause(_ sentence: String) -> String {
        let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
