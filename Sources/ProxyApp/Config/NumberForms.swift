extension ValueForm<Int> {
    /// A whole number. `range` is inclusive; `zeroMeans`, where given, is what 0 stands for.
    static func count(_ range: ClosedRange<Int>, zeroMeans: String? = nil) -> ValueForm {
        let described = "\(range.lowerBound) to \(range.upperBound)\(zeroMeans.map { " (0: \($0))" } ?? "")"
        return ValueForm(type: "number", range: described) { text throws(TextProblem) in
            guard let value = Digits.parse(text) else {
                throw TextProblem(what: "`\(text)` is no whole number", fix: "write \(described)")
            }
            return try Digits.check(value, in: range, text: text, described: described)
        } write: {
            String($0)
        }
    }

    /// Milliseconds, written with a unit. `rangeMs` is inclusive.
    static func durationMs(_ rangeMs: ClosedRange<Int>) -> ValueForm {
        let described = "\(DurationText.write(rangeMs.lowerBound)) to \(DurationText.write(rangeMs.upperBound))"
        return ValueForm(type: "duration", range: described) { text throws(TextProblem) in
            let value = try DurationText.parse(text, range: described)
            return try Digits.check(value, in: rangeMs, text: text, described: described)
        } write: {
            DurationText.write($0)
        }
    }

    /// Whole seconds, written with a unit: for options the kernel keeps in seconds.
    static func durationSeconds(_ rangeSeconds: ClosedRange<Int>) -> ValueForm {
        let lower = DurationText.write(rangeSeconds.lowerBound * 1_000)
        let upper = DurationText.write(rangeSeconds.upperBound * 1_000)
        let described = "\(lower) to \(upper)"
        return ValueForm(type: "duration", range: described) { text throws(TextProblem) in
            let ms = try DurationText.parse(text, range: described)
            guard ms == Int.max || ms % 1_000 == 0 else {
                throw TextProblem(what: "`\(text)` is no whole number of seconds", fix: "write \(described)")
            }
            return try Digits.check(ms / 1_000, in: rangeSeconds, text: text, described: described)
        } write: {
            DurationText.write($0 * 1_000)
        }
    }

    /// Bytes, written plain or with a unit. `rangeBytes` is inclusive; `zeroMeans`, where given, is what 0 stands for.
    static func sizeBytes(_ rangeBytes: ClosedRange<Int>, zeroMeans: String? = nil) -> ValueForm {
        let bounds = "\(SizeText.write(rangeBytes.lowerBound)) to \(SizeText.write(rangeBytes.upperBound))"
        let described = bounds + (zeroMeans.map { " (0: \($0))" } ?? "")
        return ValueForm(type: "size", range: described) { text throws(TextProblem) in
            let value = try SizeText.parse(text, range: described)
            return try Digits.check(value, in: rangeBytes, text: text, described: described)
        } write: {
            SizeText.write($0)
        }
    }
}
