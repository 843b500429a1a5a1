import Testing

@testable import ProxyApp

/// Runs a filter as the kernel would: seccomp(2), with the few instructions that the filter has.
struct ProcessFilterMachine {
    let program: FilterProgram

    /// What the kernel would do with a call, and whether it would need the arguments to know.
    func run(
        _ number: UInt32, _ arguments: [UInt64] = [], on architecture: SystemCallArchitecture
    ) throws -> (answer: FilterAnswer, looksAtArguments: Bool) {
        let full = arguments + [UInt64](repeating: 0, count: 6 - arguments.count)
        var words: [UInt32] = [number, architecture.auditNumber, 0, 0]
        for argument in full { words += [UInt32(truncatingIfNeeded: argument), UInt32(argument >> 32)] }
        var accumulator: UInt32 = 0
        var looksAtArguments = false
        var at = 0
        for _ in 0..<4096 {
            let instruction = try #require(at < program.instructions.count ? program.instructions[at] : nil)
            at += 1
            switch instruction {
            case .load(let offset):
                try #require(offset % 4 == 0 && offset < 64)
                accumulator = words[Int(offset / 4)]
                if offset >= 8 { looksAtArguments = true }
            case .and(let mask): accumulator &= mask
            case .jumpIfEqual(let word, let yes, let no): at += Int(accumulator == word ? yes : no)
            case .jumpIfAtLeast(let word, let yes, let no): at += Int(accumulator >= word ? yes : no)
            case .jump(let count): at += Int(count)
            case .answer(let answer): return (answer, looksAtArguments)
            }
        }
        Issue.record("no end")
        return (.kill, true)
    }
}
