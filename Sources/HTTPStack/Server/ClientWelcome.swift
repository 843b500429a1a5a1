/// What a server's delegate makes of a client that has connected.
public enum ClientWelcome {
    /// It is served. What is given stays with the connection, and its responses have it as `companion`; nil keeps nothing.
    case serve(AnyObject?)
    /// Its first request is answered, with a refusal, and it has `ServerOptions.refusalMs` to send that: a client that has sent
    /// none by then is told as a ``ClientError`` with status 503.
    case refuse(AnyObject)
    /// It gets these bytes and is closed, whatever it was about to ask.
    case turnAway([UInt8])
}
