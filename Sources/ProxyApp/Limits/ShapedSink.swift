import Engine
import HTTPStack

/// The sink of a body that is spliced and held to a limit.
final class ShapedSink: SpliceSink {
    private let sink: any SpliceSink
    private let flow: ShapedFlow
    private unowned let message: IncomingMessage

    /// `message` is what is spliced into `sink`; it is paused when `flow` allows nothing, for the flow's owner to resume.
    init(_ sink: any SpliceSink, _ flow: ShapedFlow, _ message: IncomingMessage) {
        self.sink = sink
        self.flow = flow
        self.message = message
    }

    var spliceSocket: Socket? { sink.spliceSocket }
    var spliceRemaining: Int64 { sink.spliceRemaining }

    func spliced(_ count: Int64) {
        flow.moved(UInt64(clamping: count))
        sink.spliced(count)
    }

    func spliceAllowance() -> UInt64 {
        let allowed = flow.allowance()
        if allowed == 0 { message.pause() }
        return allowed
    }
}
