/// How values of one type are written in a configuration file: reading, writing and describing them.
struct ValueForm<Value: Sendable>: Sendable {
    /// The type's name in the documentation, e.g. `duration`.
    let type: String
    /// What is accepted, for the documentation and for messages, e.g. `100ms to 10m`.
    let range: String
    /// The value of a node.
    let read: @Sendable (ConfigNode) throws(NodeProblems) -> Value
    /// The value as YAML on one line; `read` gives the same value back.
    let write: @Sendable (Value) -> String

    /// A form that is a single word or number.
    init(
        type: String, range: String, parse: @escaping @Sendable (String) throws(TextProblem) -> Value,
        write: @escaping @Sendable (Value) -> String
    ) {
        self.type = type
        self.range = range
        self.write = write
        read = { node throws(NodeProblems) in
            guard case .scalar(let text, let position) = node else {
                throw NodeProblems(
                    node.position, "\(node.kindName) where one \(type) belongs", "write \(range)")
            }
            do throws(TextProblem) {
                return try parse(text)
            } catch {
                throw NodeProblems(position, error.what, error.fix)
            }
        }
    }

    /// A form with a reader of its own, for values that are more than one word.
    init(
        type: String, range: String, write: @escaping @Sendable (Value) -> String,
        read: @escaping @Sendable (ConfigNode) throws(NodeProblems) -> Value
    ) {
        self.type = type
        self.range = range
        self.write = write
        self.read = read
    }
}

/// What is wrong with a node and the nodes inside it. Never empty.
struct NodeProblems: Error {
    struct One {
        var position: ConfigNode.Position
        var what: String
        var fix: String
    }

    var all: [One]

    init(_ position: ConfigNode.Position, _ what: String, _ fix: String) {
        all = [One(position: position, what: what, fix: fix)]
    }

    init(_ all: [One]) { self.all = all }
}

// MARK: - Composed forms

extension ValueForm {
    /// This form or the word `word`, which stands for nil.
    func orWord(_ word: String) -> ValueForm<Value?> {
        ValueForm<Value?>(
            type: type, range: "\(range), or `\(word)`",
            write: { $0.map(write) ?? word },
            read: { node throws(NodeProblems) in
                if case .scalar(let text, let position) = node {
                    if text == word { return nil }
                    if word == "off", ["no", "false", "none", "disabled"].contains(text.lowercased()) {
                        throw NodeProblems(position, "`\(text)` is no \(type)", "to turn it off write `off`")
                    }
                }
                do throws(NodeProblems) {
                    return try read(node)
                } catch {
                    throw NodeProblems(
                        error.all.map { one in
                            NodeProblems.One(
                                position: one.position, what: one.what, fix: "\(one.fix), or `\(word)`")
                        })
                }
            })
    }

    /// A list of `element`, or one element without brackets; `word`, where given, stands for a value of its own.
    ///
    /// `count` is how many elements may stand in it. Every bad element is reported.
    static func list<Element>(
        of element: ValueForm<Element>, range: String, count: ClosedRange<Int>,
        word: (text: String, value: Value)? = nil,
        assemble: @escaping @Sendable ([Element]) -> Value, elements: @escaping @Sendable (Value) -> [Element]?
    ) -> ValueForm<Value> {
        ValueForm(
            type: "list", range: range,
            write: { value in
                guard let items = elements(value) else { return word?.text ?? "[]" }
                if items.count == 1 { return element.write(items[0]) }
                return "[\(items.map(element.write).joined(separator: ", "))]"
            },
            read: { node throws(NodeProblems) in
                if let word, case .scalar(word.text, _) = node { return word.value }
                var nodes = [node]
                if case .list(let inner, _) = node { nodes = inner }
                var values: [Element] = []
                var problems: [NodeProblems.One] = []
                for node in nodes {
                    do throws(NodeProblems) {
                        values.append(try element.read(node))
                    } catch {
                        problems += error.all
                    }
                }
                if problems.isEmpty, !count.contains(nodes.count) {
                    let what = nodes.isEmpty ? "an empty list" : "a list of \(nodes.count)"
                    throw NodeProblems(node.position, what, "write \(range)")
                }
                guard problems.isEmpty else { throw NodeProblems(problems) }
                return assemble(values)
            })
    }
}
