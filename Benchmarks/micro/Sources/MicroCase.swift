/// One thing that the data path does, by itself.
struct MicroCase: Sendable {
    /// Work with its state: does the operation so many times, and returns a number that depends on all of them, so that the
    /// compiler cannot leave one out.
    typealias Work = (_ operations: Int) -> Int

    /// What it is called on the command line and in the thresholds.
    let name: String
    /// Operations to count. Enough that what is around them does not show.
    let operations: Int
    /// May the operation allocate? False for what is done for every request.
    let mayAllocate: Bool
    /// Makes the state and the work with it.
    let prepare: @Sendable () throws -> Work

    init(
        _ name: String, operations: Int = 1000, mayAllocate: Bool = false,
        _ prepare: @escaping @Sendable () throws -> Work
    ) {
        self.name = name
        self.operations = operations
        self.mayAllocate = mayAllocate
        self.prepare = prepare
    }

    /// Every case, in the order of the tables.
    static let all = wire + heads + pool + engine + access + log
}
