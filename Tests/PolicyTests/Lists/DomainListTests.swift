import Policy
import Testing

@Suite struct DomainListTests {
    @Test func `a plain name stands for itself and all below`() {
        let list = domains("example.com\n.b.org\n")
        for name in ["example.com", "a.example.com", "x.y.example.com", "b.org", "a.b.org"] {
            #expect(list.contains(name))
        }
        for name in ["com", "badexample.com", "example.com.au", "xexample.com", "org", ""] {
            #expect(!list.contains(name))
        }
    }

    @Test func `a star stands for all below only`() {
        let list = domains("*.example.com\n")
        #expect(list.contains("a.b.example.com"))
        #expect(!list.contains("example.com"))
    }

    @Test func `a line of a hosts file stands for exactly the names on it`() {
        let list = domains(
            "0.0.0.0 ads.example.com track.example.com # and a comment\n::1 six.example.com\n127.0.0.1 localhost\n")
        #expect(list.count == 3)
        #expect(
            list.contains("ads.example.com") && list.contains("track.example.com") && list.contains("six.example.com"))
        #expect(!list.contains("a.ads.example.com") && !list.contains("localhost"))
    }

    @Test func `a name listed in two ways stands for both`() {
        let list = domains("*.example.com\n0.0.0.0 example.com\nEXAMPLE.com.\n")
        #expect(list.count == 1)
        #expect(list.contains("example.com") && list.contains("a.example.com"))
    }

    @Test func `byte order mark, carriage returns, blanks, comments and a last line without an end are taken`() {
        let list = domains("\u{feff}# a list\r\na.example\r\n\r\n  \t b.example \t# why\r\n#c.example\n\r\nd.example")
        #expect(list.count == 3)
        #expect(list.contains("a.example") && list.contains("b.example") && list.contains("d.example"))
        #expect(!list.contains("c.example"))
    }

    @Test func `a line that is not taken is told with its number and the rest is taken`() {
        let (list, problems) = read(
            "ok.example\nbad..example\n10.0.0.1\na b\nfoo*.example\nb\u{fc}cher.example\n1.2.3\nalso.example\n")
        #expect(list.count == 2)
        #expect(
            problems == [
                ListProblem(2, .badName(.emptyLabel)), ListProblem(3, .address), ListProblem(4, .extraWords),
                ListProblem(5, .starInside),
                ListProblem(6, .badName(.notASCII)),
                ListProblem(7, .badName(.addressInDisguise(IPAddress(ipv4: 0x0102_0003)))),
            ])
    }

    @Test func `of many problems a hundred are kept and all are counted`() {
        var builder = DomainListBuilder(id: 1)
        let bytes = Array(String(repeating: "a..b\n", count: 1000).utf8)
        bytes.withUnsafeBytes { builder.add($0) }
        #expect(builder.problems.count == 100 && builder.problemCount == 1000)
    }

    @Test func `an empty list has nothing`() {
        #expect(domains("").count == 0)
        #expect(!domains("# nothing\n").contains("example.com"))
    }

    @Test func `random lists answer like a set of names and a walk over the parents`() {
        var random = SplitMix(seed: 9)
        let labels = ["a", "b", "c", "aa", "ab", "xn--bcher-kva"]
        func name(_ random: inout SplitMix) -> String {
            (0...random.below(4)).map { _ in random.pick(labels) }.joined(separator: ".")
        }
        for _ in 0..<50 {
            var exact: Set<String> = []
            var below: Set<String> = []
            var text = ""
            for _ in 0..<random.below(60) {
                let name = name(&random)
                switch random.below(3) {
                case 0:
                    text += name + "\n"
                    exact.insert(name)
                    below.insert(name)
                case 1:
                    text += "*.\(name)\n"
                    below.insert(name)
                default:
                    text += "0.0.0.0 \(name)\n"
                    exact.insert(name)
                }
            }
            let list = domains(text)
            #expect(list.count == exact.union(below).count)
            for _ in 0..<200 {
                let asked = name(&random)
                var parents: [String] = []
                var rest = asked[...]
                while let dot = rest.firstIndex(of: ".") {
                    rest = rest[rest.index(after: dot)...]
                    parents.append(String(rest))
                }
                #expect(
                    list.contains(asked) == (exact.contains(asked) || !below.isDisjoint(with: parents)),
                    "\(asked) in \(text)")
            }
        }
    }

    /// A million names as in lists of advertisers' and trackers' hosts.
    @Test func `a million names take under 100 MiB, and a look-up under a microsecond`() {
        #if DEBUG
            let count = 20_000
        #else
            let count = 1_000_000
        #endif
        let text = Self.names(count).joined(separator: "\n")
        let list = domains(text)
        #expect(list.count == count)
        #expect(list.bytesHeld < 100 << 20)
        var random = SplitMix(seed: 4)
        let asked = (0..<10_000).map { _ in Self.name(random.below(2 * count)) }
        #expect(asked.allSatisfy { list.contains("www." + $0) == (Self.number($0) < count) })
        #if !DEBUG
            // The best of several rounds, each with names of its own: others may use the machine.
            var best = Duration.seconds(1)
            for _ in 0..<10 {
                let names = (0..<5_000).map { _ in Array(("www." + Self.name(random.below(2 * count))).utf8) }
                var found = 0
                let elapsed = ContinuousClock().measure {
                    for name in names { found += name.withUnsafeBytes { list.contains($0) } ? 1 : 0 }
                }
                #expect(found > 0)
                best = min(best, elapsed / names.count)
            }
            #expect(best < .microseconds(1))
            print("domains: \(count) names, \(list.bytesHeld >> 10) KiB, \(best) per look-up")
        #endif
    }

    private static func names(_ count: Int) -> [String] { (0..<count).map { name($0) } }
    private static func name(_ number: Int) -> String { "tracker-\(number).host\(number % 977).example.net" }
    private static func number(_ name: String) -> Int { Int(name.dropFirst(8).prefix { $0 != "." }) ?? -1 }

    private func domains(_ text: String) -> DomainList { read(text).list }

    private func read(_ text: String) -> (list: DomainList, problems: [ListProblem]) {
        var builder = DomainListBuilder(id: 0x1234_5678_9abc_def0)
        let bytes = Array(text.utf8)
        bytes.withUnsafeBytes { builder.add($0) }
        let problems = builder.problems
        return (builder.finish(), problems)
    }
}
