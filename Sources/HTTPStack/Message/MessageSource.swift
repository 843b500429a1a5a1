import Engine

/// What a message needs of the connection it arrives on.
protocol MessageSource: AnyObject {
    /// The loop that the connection lives on.
    var messageLoop: EventLoop { get }
    /// The connection's socket; nil when it is gone.
    var messageSocket: Socket? { get }
    func messageResumed(_ message: IncomingMessage)
    func messageSpliceTarget(_ message: IncomingMessage, _ sink: any SpliceSink, fromBytes: Int64)
    /// Inactivity of the connection is reported from now on after so many milliseconds; 0 for never.
    func messageSetTimeout(_ message: IncomingMessage, _ msecs: Int)
    /// The exchange is to be cut off.
    func messageDestroyed(_ message: IncomingMessage)
}
