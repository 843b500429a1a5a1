/// Finds the word somebody meant.
enum Suggestion {
    /// The nearest of `candidates`, or nil when none is near enough to be worth naming.
    ///
    /// Case, `-` and `_` do not count, so `keepAlive` is `keep_alive`. Otherwise one edit is allowed for every three
    /// letters, at least one. Of equally near words the first wins.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let wanted = folded(word)
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        var best: (distance: Int, word: String)?
        for candidate in candidates {
            let distance = distance(wanted, folded(candidate))
            if distance < best?.distance ?? Int.max { best = (distance, candidate) }
        }
        guard let best, best.distance <= max(1, wanted.count / 3), best.distance < wanted.count else { return nil }
        return best.word
    }

    /// Whether the two are one word apart from case, `-` and `_`.
    static func isSame(_ left: String, _ right: String) -> Bool { folded(left) == folded(right) }

    private static func folded(_ word: String) -> [Character] {
        word.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }.map { $0 }
    }

    /// Insertions, deletions, replacements and swaps of neighbours between the two (optimal string alignment).
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in 1...left.count {
            var row = [i]
            for j in 1...right.count {
                let replaced = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
                var cost = min(replaced, last[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    cost = min(cost, beforeLast[j - 2] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
