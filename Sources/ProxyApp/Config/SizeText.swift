/// Sizes: a whole number of bytes, or one of `KiB`, `MiB`, `GiB`.
enum SizeText {
    private static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]
    private static let unitList = "units are B, KiB, MiB, GiB and TiB"

    /// Bytes; `Int.max` when there are more than an `Int` holds. `range` is for the message.
    static func parse(_ text: String, range: String) throws(TextProblem) -> Int {
        let measure = Measure(text)
        guard let number = measure.number else {
            throw TextProblem(what: "`\(text)` is no size", fix: "write a whole number and its unit, \(range)")
        }
        if measure.unit.isEmpty { return number }
        if let unit = units.first(where: { $0.name == measure.unit }) {
            return Measure.scaled(number, by: unit.bytes)
        }
        // K, KB and kb may mean 1000 or 1024: asking is better than guessing.
        let letter = measure.unit.uppercased().first { $0 != " " }
        if let unit = units.first(where: { $0.name.first == letter }) {
            throw TextProblem(what: "`\(text)` has no known unit", fix: "write \(number)\(unit.name), \(unitList)")
        }
        throw TextProblem(what: "`\(text)` has no known unit", fix: unitList)
    }

    /// The largest unit that divides `bytes`; `0` for nothing.
    static func write(_ bytes: Int) -> String {
        if bytes == 0 { return "0" }
        for unit in units where bytes % unit.bytes == 0 { return "\(bytes / unit.bytes)\(unit.name)" }
        return "\(bytes)B"
    }
}
