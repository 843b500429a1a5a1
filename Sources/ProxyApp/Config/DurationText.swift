/// Durations as people write them: a whole number and `ms`, `s`, `m` or `h`.
enum DurationText {
    /// Units, largest first, in milliseconds.
    private static let units: [(name: String, ms: Int)] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)]
    private static let unitList = "units are ms, s, m and h"

    /// Milliseconds; `Int.max` when there are more than an `Int` holds. `range` is for the message.
    static func parse(_ text: String, range: String) throws(TextProblem) -> Int {
        if text == "off" { throw TextProblem(what: "`off` is not possible here", fix: "write \(range)") }
        let measure = Measure(text)
        guard let number = measure.number else {
            throw TextProblem(what: "`\(text)` is no duration", fix: "write a whole number and its unit, \(range)")
        }
        if measure.unit.isEmpty {
            throw TextProblem(what: "`\(text)` has no unit", fix: "write \(text)s or \(text)ms, \(unitList)")
        }
        if let unit = units.first(where: { $0.name == measure.unit }) {
            return Measure.scaled(number, by: unit.ms)
        }
        let folded = measure.unit.lowercased().filter { $0 != " " }
        if let unit = units.first(where: { $0.name == folded }) {
            throw TextProblem(what: "`\(text)` is no duration", fix: "write \(number)\(unit.name)")
        }
        if measure.unit.first == "." {
            throw TextProblem(what: "`\(text)` is not whole", fix: "use the smaller unit, as in 1500ms")
        }
        throw TextProblem(what: "`\(text)` has no known unit", fix: unitList)
    }

    /// The largest unit that divides `ms`; `0s` for nothing, and `60s` for one minute, as everybody writes it.
    static func write(_ ms: Int) -> String {
        if ms == 0 { return "0s" }
        if ms == 60_000 { return "60s" }
        for unit in units where ms % unit.ms == 0 { return "\(ms / unit.ms)\(unit.name)" }
        return "\(ms)ms"
    }
}
