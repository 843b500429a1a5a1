import Glibc
import Policy

/// Reads the files of lists. Blocks: never on a loop.
enum ListLoader {
    /// What became of one list.
    struct Outcome: Sendable {
        /// Lines for the operator: what was not taken, with file and line, never with what stands there.
        var complaints: [String] = []
        /// How many lines were not taken.
        var skipped = 0
    }

    /// Lines that are complained about one by one; of the rest there is a count.
    private static let complaintLimit = 5

    /// Reads the files of `list` into `lists`. Throws one line about a file that cannot be read; `lists` stays as it was then.
    ///
    /// Lines that are not understood are passed over and complained about: one slip in a downloaded list of a million must not
    /// take the other lines out of force.
    static func load(_ list: AccessList, into lists: inout LoadedLists) throws(ListFailure) -> Outcome {
        switch list.format {
        case .names: try loadNames(list, into: &lists)
        case .networks: try loadNetworks(list, into: &lists)
        }
    }

    private static func loadNames(_ list: AccessList, into lists: inout LoadedLists) throws(ListFailure) -> Outcome {
        var outcome = Outcome()
        var builder = DomainListBuilder(id: UInt64.random(in: 1...UInt64.max))
        for path in list.files {
            let before = (builder.problems.count, builder.problemCount)
            let file = try ListBytes(path)
            file.withBytes { builder.add($0) }
            outcome.note(Array(builder.problems[before.0...]), builder.problemCount - before.1, path, complaintLimit)
        }
        lists.names[list.name] = builder.finish()
        return outcome
    }

    private static func loadNetworks(_ list: AccessList, into lists: inout LoadedLists) throws(ListFailure) -> Outcome {
        var outcome = Outcome()
        var builder = NetworkListBuilder()
        for path in list.files {
            let before = (builder.problems.count, builder.problemCount)
            let file = try ListBytes(path)
            file.withBytes { builder.add($0) }
            outcome.note(Array(builder.problems[before.0...]), builder.problemCount - before.1, path, complaintLimit)
        }
        lists.networks[list.name] = builder.finish()
        return outcome
    }
}

extension ListLoader.Outcome {
    fileprivate mutating func note(_ problems: [ListProblem], _ count: Int, _ path: String, _ limit: Int) {
        skipped += count
        for problem in problems.prefix(limit) { complaints.append("\(path): \(problem.explanation)") }
        if count > limit { complaints.append("\(path): \(count - limit) more lines like that") }
    }
}

/// Why a list could not be read: one line for the operator.
struct ListFailure: Error, CustomStringConvertible, Equatable {
    let description: String
}
