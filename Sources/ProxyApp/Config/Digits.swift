/// Strings of decimal digits, and nothing else: no sign, no space, no `1_000`, no `0x10`.
enum Digits {
    /// The number, `Int.max` when it is too large for an `Int` (so that it is out of every range), nil when `text` is
    /// not all digits or could be taken for octal (`010`).
    static func parse(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        if text.utf8.count > 1, text.utf8.first == 0x30 { return nil }
        return Int(text) ?? Int.max
    }

    /// `value` when `range` holds it.
    static func check(
        _ value: Int, in range: ClosedRange<Int>, text: String, described: String
    ) throws(TextProblem) -> Int {
        if value < range.lowerBound { throw TextProblem(what: "`\(text)` is too small", fix: "write \(described)") }
        if value > range.upperBound { throw TextProblem(what: "`\(text)` is too large", fix: "write \(described)") }
        return value
    }
}

/// A number and its unit, split where the digits end.
struct Measure {
    /// The digits; `Int.max` when they overflow, nil when there are none.
    var number: Int?
    /// What follows them, e.g. `ms`.
    var unit: String

    init(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        number = Digits.parse(digits)
        unit = String(text[digits.endIndex...])
    }

    /// `number` times `scale`, `Int.max` when that overflows.
    static func scaled(_ number: Int, by scale: Int) -> Int {
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? Int.max : product
    }
}
