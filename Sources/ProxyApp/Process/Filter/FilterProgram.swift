import Glibc

/// The system call filter of a machine, compiled from a table: pure, so that a test can run it without a kernel.
///
/// Calls are found by binary search over ranges of numbers. Calls without conditions are allowed by their number alone, which
/// is what lets the kernel (5.11 and later) know the answer beforehand: it keeps them in a bitmap and does not run the program
/// for them. Nothing but loads of the number and the machine, masks and comparisons may stand on the way there.
struct FilterProgram: Equatable, Sendable {
    /// At most 4096: seccomp(2).
    private(set) var instructions: [FilterInstruction] = []

    /// Offsets into `struct seccomp_data`.
    private static let numberOffset: UInt32 = 0
    private static let architectureOffset: UInt32 = 4
    private static let argumentsOffset: UInt32 = 16
    /// Set in the numbers of the x32 calls, which see the same machine as the others.
    private static let x32Bit: UInt32 = 0x4000_0000
    /// For every call that is not in the table. libc takes it for an old kernel's answer and goes another way where it has one.
    static let unknown = FilterAnswer.fail(ENOSYS)

    /// Compiles the calls that `architecture` has. Two rows of the same number are a mistake of the table.
    init(_ calls: [SystemCall], for architecture: SystemCallArchitecture) {
        var ranges = [Range(first: 0, outcome: .answer(Self.unknown))]
        let numbered = calls.compactMap { call in call.number(on: architecture).map { (number: $0, call: call) } }
        for (number, call) in numbered.sorted(by: { $0.number < $1.number }) {
            precondition(
                number < Self.x32Bit && number >= ranges[ranges.count - 1].first, "\(call.name) is in the table twice")
            if ranges[ranges.count - 1].first == number { ranges.removeLast() }
            let outcome = call.conditions.isEmpty ? Outcome.answer(.allow) : .check(call)
            if ranges.last?.outcome != outcome { ranges.append(Range(first: number, outcome: outcome)) }
            ranges.append(Range(first: number + 1, outcome: .answer(Self.unknown)))
        }
        instructions = [
            .load(offset: Self.architectureOffset),
            .jumpIfEqual(architecture.auditNumber, yes: 1, no: 0),
            // Another machine's calls have other numbers: no libc makes them in this process.
            .answer(.kill),
            .load(offset: Self.numberOffset),
        ]
        if architecture == .amd64 {
            instructions += [.jumpIfAtLeast(Self.x32Bit, yes: 0, no: 1), .answer(Self.unknown)]
        }
        instructions += Self.search(ranges[...])
    }

    // MARK: Steps

    /// Numbers from `first` to the next range's.
    private struct Range {
        let first: UInt32
        let outcome: Outcome
    }

    private enum Outcome: Equatable {
        case answer(FilterAnswer)
        case check(SystemCall)

        static func == (a: Outcome, b: Outcome) -> Bool {
            switch (a, b) {
            case (.answer(let a), .answer(let b)): a == b
            default: false
            }
        }
    }

    private static func search(_ ranges: ArraySlice<Range>) -> [FilterInstruction] {
        guard ranges.count > 1 else { return ranges.first.map { outcome($0.outcome) } ?? [] }
        let middle = ranges.startIndex + ranges.count / 2
        let (below, above) = (search(ranges[..<middle]), search(ranges[middle...]))
        // A comparison skips 255 instructions at most, a jump any number.
        if let near = UInt8(exactly: below.count) {
            return [.jumpIfAtLeast(ranges[middle].first, yes: near, no: 0)] + below + above
        }
        return [.jumpIfAtLeast(ranges[middle].first, yes: 0, no: 1), .jump(UInt32(below.count))] + below + above
    }

    private static func outcome(_ outcome: Outcome) -> [FilterInstruction] {
        switch outcome {
        case .answer(let answer): [.answer(answer)]
        case .check(let call): call.conditions.flatMap { check($0, else: call.refusal) } + [.answer(.allow)]
        }
    }

    /// Goes on behind itself when the condition holds, and answers when not.
    private static func check(_ condition: ArgumentCondition, else refusal: CInt) -> [FilterInstruction] {
        // Both machines are little-endian.
        let offset = argumentsOffset + UInt32(condition.argument) * 8 + (condition.half == .high ? 4 : 0)
        var steps: [FilterInstruction] = [.load(offset: offset)]
        if condition.mask != .max { steps.append(.and(condition.mask)) }
        let count = condition.allowed.count
        for (index, word) in condition.allowed.enumerated() {
            steps.append(.jumpIfEqual(word, yes: UInt8(count - index), no: 0))
        }
        return steps + [.answer(.fail(refusal))]
    }
}
