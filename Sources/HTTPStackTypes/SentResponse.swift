import HTTPStack
import HTTPTypes

extension ServerResponse {
    /// Sends the head of a response: its status, its reason phrase (the standard one if it is empty), and the fields set so far
    /// with its own in place of those of the same names.
    ///
    /// Throws as `writeHead(_:_:headers:)` does, and what `HeaderFields.init(_:)` throws. Interim responses have functions of
    /// their own: `writeContinue`, `writeEarlyHints`.
    public func writeHead(_ response: HTTPResponse) throws(OutgoingError) {
        let reason = response.status.reasonPhrase
        try writeHead(
            response.status.code, reason.isEmpty ? nil : reason, headers: HeaderFields(response.headerFields))
    }

    /// Adds fields to be sent behind a chunked body, as `addTrailers(_:)` does.
    public func addTrailers(_ trailers: HTTPFields) throws(OutgoingError) {
        try addTrailers(HeaderFields(trailers))
    }
}
