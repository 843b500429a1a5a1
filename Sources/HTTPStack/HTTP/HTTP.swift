import Engine

/// Node's `http` module: where its functions are.
///
/// Everything happens on an event loop, which is the one that runs on the calling thread (`EventLoop.current`) unless one is
/// named. `HTTP.run` makes one.
public enum HTTP {
    /// The loop that was named, or the calling thread's. Without either, the program is stopped: `function` was called where
    /// nothing would ever happen.
    static func requiredLoop(_ named: EventLoop?, for function: StaticString) -> EventLoop {
        if let loop = named ?? EventLoop.current { return loop }
        preconditionFailure(
            "\(function): no event loop runs on this thread. Call it inside HTTP.run or EventLoop.post, or name a loop."
        )
    }
}
