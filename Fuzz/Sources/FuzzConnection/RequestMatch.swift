/// Which requests of the client's the origins saw, each in its place.
///
/// The order is the client's, with gaps for what the proxy answered itself. A retry goes out once more, first on a connection
/// of its own. Requests that are the same in every byte can be taken for one another, so it is a search: the first assignment
/// that leaves no request at an origin unexplained.
struct RequestMatch {
    /// A request at an origin, by connection and by position on it, and the number of the client's that it is.
    struct Place {
        let asked: Int
        let origin: Int
        let index: Int
    }

    private let counts: [Int]
    private let asked: Int
    private let isSame: (_ origin: Int, _ index: Int, _ asked: Int) -> Bool
    private var places: [Place] = []
    /// Places with a next request that are known to lead nowhere: without them, many requests that are the same take for ever.
    private var deadEnds: Set<[Int]> = []

    /// - Parameters:
    ///   - counts: how many requests each origin connection saw.
    ///   - asked: how many the client sent.
    private init(_ counts: [Int], asked: Int, isSame: @escaping (Int, Int, Int) -> Bool) {
        self.counts = counts
        self.asked = asked
        self.isSame = isSame
    }

    /// A place for every request at an origin, or nil when some have none.
    static func find(
        counts: [Int], asked: Int, isSame: @escaping (_ origin: Int, _ index: Int, _ asked: Int) -> Bool
    ) -> [Place]? {
        var match = RequestMatch(counts, asked: asked, isSame: isSame)
        return match.extend(0, 0, next: 0) ? match.places : nil
    }

    private mutating func extend(_ origin: Int, _ index: Int, next: Int) -> Bool {
        guard origin < counts.count else { return true }
        guard index < counts[origin] else { return extend(origin + 1, 0, next: next) }
        guard !deadEnds.contains([origin, index, next]) else { return false }
        let mayBeRetry = index == 0 && next > 0 && origin > 0
        for number in Array(next..<max(next, asked)) + (mayBeRetry ? [next - 1] : [])
        where isSame(origin, index, number) {
            places.append(Place(asked: number, origin: origin, index: index))
            if extend(origin, index + 1, next: number + 1) { return true }
            places.removeLast()
        }
        deadEnds.insert([origin, index, next])
        return false
    }
}
