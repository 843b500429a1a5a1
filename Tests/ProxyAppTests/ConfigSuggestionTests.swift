import Testing

@testable import ProxyApp

@Suite struct ConfigSuggestionTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("head", "head", 0), ("ehad", "head", 1), ("hed", "head", 1), ("heads", "head", 1),
        ("haed", "head", 1), ("kitten", "sitting", 3), ("abc", "xyz", 3),
    ])
    func `distance counts insertions, deletions, replacements and swaps`(left: String, right: String, edits: Int) {
        #expect(Suggestion.distance(Array(left), Array(right)) == edits)
        #expect(Suggestion.distance(Array(right), Array(left)) == edits)
    }

    @Test func `the nearest word wins, and of equals the first`() {
        #expect(Suggestion.nearest(to: "quue", among: ["idle", "queue_wait", "queue"]) == "queue")
        #expect(Suggestion.nearest(to: "bat", among: ["cat", "rat"]) == "cat")
    }

    @Test func `case, dashes and underscores do not count`() {
        #expect(
            Suggestion.nearest(to: "Max-FreeSockets", among: ["max_sockets", "max_free_sockets"]) == "max_free_sockets")
    }

    @Test func `a word near nothing is not guessed at`() {
        #expect(Suggestion.nearest(to: "zebra", among: ["idle", "queue"]) == nil)
        #expect(Suggestion.nearest(to: "x", among: ["y"]) == nil)
        #expect(Suggestion.nearest(to: "", among: ["y"]) == nil)
        #expect(Suggestion.nearest(to: String(repeating: "a", count: 1_000_000), among: ["a"]) == nil)
    }
}
