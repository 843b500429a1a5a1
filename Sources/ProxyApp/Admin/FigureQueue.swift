/// Who waits for figures: a pure machine, so that one collection serves all who asked before it began.
///
/// Those who ask while a collection is under way wait for the next: figures must not be older than the question.
struct FigureQueue<Asker> {
    /// What to do for one who asks.
    enum Verdict: Equatable {
        /// Begin a collection now; the asker will be among those it serves.
        case collect
        /// Nothing: the asker waits for the next collection.
        case wait
        /// Too many wait already: the asker was not taken.
        case refuse
    }

    /// How many may wait for the next collection. Bounds the memory that a loop which hangs can cost.
    let limit: Int
    private var asking: [Asker] = []
    private var waiting: [Asker] = []
    private var isCollecting = false

    init(limit: Int) { self.limit = limit }

    /// Somebody asks.
    mutating func ask(_ asker: Asker) -> Verdict {
        if !isCollecting {
            isCollecting = true
            asking.append(asker)
            return .collect
        }
        guard waiting.count < limit else { return .refuse }
        waiting.append(asker)
        return .wait
    }

    /// The collection under way has ended: whom it serves, in the order they asked, and whether another is to begin now.
    mutating func collected() -> (served: [Asker], collectsAgain: Bool) {
        let served = asking
        asking = waiting
        waiting = []
        isCollecting = !asking.isEmpty
        return (served, isCollecting)
    }
}
