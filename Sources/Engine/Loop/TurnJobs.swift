/// What is to run on a loop later in the same turn: closures, and the jobs of Swift tasks. First in, first out.
struct TurnJobs {
    enum Job {
        case call(() -> Void)
        case task(UnownedJob)
    }

    private var waiting: ContiguousArray<Job> = []
    private var running: ContiguousArray<Job> = []

    var isEmpty: Bool { waiting.isEmpty }

    mutating func append(_ job: Job) { waiting.append(job) }

    /// The jobs to run now; what they add waits for the next call. Give the array back with `done`.
    mutating func take() -> ContiguousArray<Job> {
        swap(&waiting, &running)
        let jobs = running
        running = []
        return jobs
    }

    /// Takes back an array that `take` gave out, for its memory.
    mutating func done(_ jobs: consuming ContiguousArray<Job>) {
        jobs.removeAll(keepingCapacity: true)
        running = jobs
    }
}
