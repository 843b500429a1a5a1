/// Writes metrics in the Prometheus text exposition format, version 0.0.4.
struct PrometheusText {
    /// What was written so far; complete lines.
    private(set) var text = ""

    /// Writes a family: HELP, TYPE, then its samples. One without samples is left out, as the format has no word for it.
    mutating func append(_ family: MetricFamily) {
        guard !family.samples.isEmpty else { return }
        text += "# HELP \(family.name) \(Self.escapedHelp(family.help))\n"
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
        for sample in family.samples {
            text += family.name
            text += sample.suffix
            if !sample.labels.isEmpty {
                let labels = sample.labels.map { "\($0.name)=\"\(Self.escapedLabel($0.value))\"" }
                text += "{\(labels.joined(separator: ","))}"
            }
            text += " \(Self.number(sample.value))\n"
        }
    }

    /// A number as Go's parser takes it: whole ones without a fraction, up to where a double is exact.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if value == value.rounded(), abs(value) < 9_007_199_254_740_992 { return String(Int64(value)) }
        return String(value)
    }

    private static func escapedHelp(_ text: String) -> String { escaped(text, quotes: false) }
    private static func escapedLabel(_ text: String) -> String { escaped(text, quotes: true) }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        // By scalar: a line feed joined to a carriage return is one Character, and would slip through.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
