/// Node's `http` module: where its functions are.
///
/// Everything happens on an event loop, which is the one that runs on the calling thread (`EventLoop.current`) unless one is
/// named. `HTTP.run` makes one.
public enum HTTP {}
