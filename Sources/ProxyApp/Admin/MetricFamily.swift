/// One metric: its name, what it means, and its samples.
struct MetricFamily: Equatable, Sendable {
    /// How its values behave.
    enum Kind: String, Sendable {
        /// Only rises, from 0 at the start of the process. The name ends in `_total`.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts of observations up to each bound, with their number and sum.
        case histogram
    }

    /// One line of the exposition.
    struct Sample: Equatable, Sendable {
        /// Behind the family's name: empty, or `_bucket`, `_sum` or `_count` of a histogram.
        var suffix = ""
        /// Label names and values in the order written. Values are escaped by the writer.
        var labels: [Label] = []
        var value: Double
    }

    struct Label: Equatable, Sendable {
        let name: String
        let value: String
    }

    let name: String
    let kind: Kind
    /// One sentence.
    let help: String
    let samples: [Sample]
}

extension MetricFamily {
    /// A family of one value without labels.
    init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name: name, kind: kind, help: help, samples: [Sample(value: value)])
    }

    /// A family with one label.
    init(_ name: String, _ kind: Kind, _ help: String, by label: String, _ values: [(String, Double)]) {
        let samples = values.map { Sample(labels: [Label(name: label, value: $0)], value: $1) }
        self.init(name: name, kind: kind, help: help, samples: samples)
    }

    /// A histogram. `counts` has one bucket for each bound and one for the rest, each on its own.
    init(_ name: String, _ help: String, bounds: [Double], counts: [UInt64], sum: Double) {
        var samples: [Sample] = []
        var total: UInt64 = 0
        for (place, count) in counts.enumerated() {
            total &+= count
            let bound = place < bounds.count ? PrometheusText.number(bounds[place]) : "+Inf"
            samples.append(Sample(suffix: "_bucket", labels: [Label(name: "le", value: bound)], value: Double(total)))
        }
        samples.append(Sample(suffix: "_sum", value: sum))
        samples.append(Sample(suffix: "_count", value: Double(total)))
        self.init(name: name, kind: .histogram, help: help, samples: samples)
    }
}
