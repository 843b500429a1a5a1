import Glibc

/// `micro`: runs cases, either all of them with marks in between, at which callgrind writes its counts, or one against the
/// clock. `Benchmarks/micro/run` is the program for people.
@main
enum Micro {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            switch (words.first, words.count) {
            case ("list", 1): list()
            case ("count", 2...): try count(Array(words.dropFirst()))
            case ("time", 2...): try time(Array(words.dropFirst()))
            default: stop("usage: micro list | count CASE... | time CASE...")
            }
        } catch { stop("micro: \(error)") }
    }

    /// One line for each case: name, operations that are counted, and whether they may allocate.
    private static func list() {
        for item in MicroCase.all { print(item.name, item.operations, item.mayAllocate ? "any" : "0") }
    }

    /// For each case a mark, the operations, and a mark.
    private static func count(_ names: [String]) throws {
        var sum = 0
        for item in chosen(names) {
            let work = try item.prepare()
            // What is made once (tables, pools, caches of types) belongs to the start and not to an operation.
            sum &+= work(max(64, item.operations / 8))
            sum &+= mark()
            sum &+= work(item.operations)
            sum &+= mark()
        }
        print(sum)
    }

    /// A place that callgrind knows by the name of what is called there: nobody else calls getppid(2).
    private static func mark() -> Int { Int(getppid()) }

    /// Nanoseconds per operation on this machine, of the best of five tries.
    private static func time(_ names: [String]) throws {
        for item in chosen(names) {
            let work = try item.prepare()
            let operations = item.operations * 100
            var sum = work(operations)
            var best = UInt64.max
            for _ in 0..<5 {
                let begin = nowNs()
                sum &+= work(operations)
                best = min(best, nowNs() - begin)
            }
            let tenths = best * 10 / UInt64(operations)
            print("\(item.name) \(tenths / 10).\(tenths % 10) ns (\(sum))")
        }
    }

    private static func chosen(_ names: [String]) -> [MicroCase] {
        names.map { name in
            guard let item = MicroCase.all.first(where: { $0.name == name }) else { stop("micro: no case '\(name)'") }
            return item
        }
    }

    private static func nowNs() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }

    private static func stop(_ text: String) -> Never {
        var line = "\(text)\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(2)
    }
}
