/// Which requests of the client's the origins saw, each in its place.
///
/// The client's requests go out in their order, on whichever connection, with gaps for what the proxy answered itself: one that
/// must not be repeated passes over a connection that has been idle for long, which the next one may take again. A retry goes
/// out once more, first on a connection of its own. Requests that are the same in every byte can be taken for one another, so
/// it is a search: the first assignment that leaves no request at an origin unexplained.
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
    /// How many requests of each connection have their place.
    private var matched: [Int]
    /// What was matched, with a next request, that is known to lead nowhere: without them, many requests that are the same take
    /// for ever.
    private var deadEnds: Set<[Int]> = []

    /// - Parameters:
    ///   - counts: how many requests each origin connection saw.
    ///   - asked: how many the client sent.
    private init(_ counts: [Int], asked: Int, isSame: @escaping (Int, Int, Int) -> Bool) {
        self.counts = counts
        self.asked = asked
        self.isSame = isSame
        matched = counts.map { _ in 0 }
    }

    /// A place for every request at an origin, or nil when some have none.
    static func find(
        counts: [Int], asked: Int, isSame: @escaping (_ origin: Int, _ index: Int, _ asked: Int) -> Bool
    ) -> [Place]? {
        var match = RequestMatch(counts, asked: asked, isSame: isSame)
        return match.extend(from: 0) ? match.places : nil
    }

    private mutating func extend(from number: Int) -> Bool {
        if matched == counts { return true }
        guard number < asked, !deadEnds.contains(matched + [number]) else { return false }
        for origin in counts.indices where place(number, at: origin) {
            if extend(from: number + 1) { return true }
            for other in counts.indices where other != origin && matched[other] == 0 && place(number, at: other) {
                if extend(from: number + 1) { return true }
                takeBack(other)
            }
            takeBack(origin)
        }
        // The proxy answered it itself, or nobody.
        if extend(from: number + 1) { return true }
        deadEnds.insert(matched + [number])
        return false
    }

    /// Takes the next request of a connection for the client's of this number, if it may be that.
    private mutating func place(_ number: Int, at origin: Int) -> Bool {
        let index = matched[origin]
        guard index < counts[origin], isSame(origin, index, number) else { return false }
        places.append(Place(asked: number, origin: origin, index: index))
        matched[origin] += 1
        return true
    }

    private mutating func takeBack(_ origin: Int) {
        places.removeLast()
        matched[origin] -= 1
    }
}
