/// Header fields to be sent: names and values in order, duplicates kept, names compared without regard to ASCII case.
///
/// Written as a dictionary literal, whose order and duplicates count: `["Accept": "text/html", "X-A": "1", "X-A": "2"]`, or made
/// from pairs. Nothing is checked here: illegal names and values are refused where the fields are used.
public struct HeaderFields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// A field line.
    public struct Field: Sendable, Equatable {
        /// The name, in the case in which it is sent.
        public var name: String
        /// The value, which is sent as UTF-8.
        public var value: String

        /// A line with this name and value, unchecked.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    private var fields: [Field]

    /// No fields.
    public init() { fields = [] }

    public init(dictionaryLiteral elements: (String, String)...) { self.init(elements) }

    /// The pairs, in their order.
    public init(_ pairs: some Sequence<(String, String)>) { fields = pairs.map { Field(name: $0, value: $1) } }

    /// The value of a field, several lines joined by `, `; nil when there is none. Setting replaces all lines of the name, in the
    /// place of the first; nil removes them.
    public subscript(name: String) -> String? {
        get {
            var joined: String?
            for field in fields where Self.isSame(field.name, name) {
                joined = joined.map { $0 + ", " + field.value } ?? field.value
            }
            return joined
        }
        set {
            if let newValue { set(name, [newValue]) } else { remove(name) }
        }
    }

    /// The values of all lines of a field, in order.
    public func list(_ name: String) -> [String] {
        fields.filter { Self.isSame($0.name, name) }.map(\.value)
    }

    /// Is there a line of this name?
    public func contains(_ name: String) -> Bool { fields.contains { Self.isSame($0.name, name) } }

    /// Adds a line behind the others.
    public mutating func append(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }

    /// Replaces all lines of the name by one for each value, in the place of the first or at the end.
    public mutating func set(_ name: String, _ values: [String]) {
        let lines = values.map { Field(name: name, value: $0) }
        guard let first = fields.firstIndex(where: { Self.isSame($0.name, name) }) else {
            fields += lines
            return
        }
        remove(name)
        fields.insert(contentsOf: lines, at: first)
    }

    /// Removes all lines of the name.
    public mutating func remove(_ name: String) { fields.removeAll { Self.isSame($0.name, name) } }

    /// Removes all lines, and keeps the memory for others.
    mutating func removeAll() { fields.removeAll(keepingCapacity: true) }

    /// Are the names the same but for ASCII case?
    static func isSame(_ left: String, _ right: String) -> Bool {
        let left = left.utf8
        let right = right.utf8
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { $0 == $1 || lower($0) == lower($1) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }
}

extension HeaderFields: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { fields.count }
    public subscript(index: Int) -> Field { fields[index] }
}
