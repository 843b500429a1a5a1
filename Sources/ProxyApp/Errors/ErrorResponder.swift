import HTTPStack
import HTTPWire

/// Answers requests that fail, one per loop: the status, the fields and the body of a ``ProxyError``.
///
/// Everything is composed in memory that is kept and written straight into the client's output, so that a flood of failures
/// stays cheap. Confined to its loop.
final class ErrorResponder {
    private let status: ProxyStatusField
    private let date: HTTPDate
    private let body = ByteStore(capacity: 8192)

    /// Room for all fields, twice over.
    private static let headBytes = 4096

    /// `name` is who answers: the pseudonym of Via, or the program's name where Via is off.
    init(name: String?, date: HTTPDate) {
        status = ProxyStatusField(name: name ?? "proxyd")
        self.date = date
    }

    /// Sends `error` as a whole response, and its `report`'s number with it. A response that has begun is cut off instead.
    ///
    /// Nothing of the client's request is repeated but host, port and scheme, which were parsed, and those are escaped.
    func send(_ error: ProxyError, _ report: FailureReport, to response: ServerResponse, asHTML: Bool, closing: Bool) {
        guard !response.headersSent, error.status > 0, let room = response.headRoom(Self.headBytes) else {
            return response.destroy()
        }
        body.reset()
        if asHTML {
            ErrorPage.append(error, report, name: status.name, date: date, to: body)
        } else {
            ErrorText.append(error, report, to: body)
        }
        let persists = !closing && response.mayPersist
        var head = HeadWriter(room)
        writeHead(error, report, asHTML: asHTML, to: &head)
        if !persists {
            head.appendField("Connection", "close")
        } else if response.isForHTTP10 {
            head.appendField("Connection", "keep-alive")
        }
        head.appendCRLF()
        guard !head.overflowed, !head.refused else {
            response.commitInformation(0)
            return response.destroy()
        }
        let isBodiless = response.isForHEAD
        response.commitHead(
            head.count, status: error.status, framing: isBodiless ? .none : .length(Int64(body.count)),
            persist: persists)
        if !isBodiless { response.write(body.bytes) }
        response.end()
    }

    private func writeHead(
        _ error: ProxyError, _ report: FailureReport, asHTML: Bool, to head: inout HeadWriter
    ) {
        head.append("HTTP/1.1 ")
        head.append(decimal: Int64(error.status))
        head.append(" ")
        head.append(StatusPhrase.of(error.status))
        head.appendCRLF()
        date.refresh()
        date.bytes.withUnsafeBytes { head.appendField("Date", $0) }
        head.appendField("Content-Type", asHTML ? ErrorPage.contentType : ErrorText.contentType)
        head.appendField("Content-Length", Int64(body.count))
        head.appendField("Cache-Control", "no-store")
        head.appendField("X-Content-Type-Options", "nosniff")
        if asHTML { head.appendField("Content-Security-Policy", ErrorPageStyle.policy) }
        status.append(report, to: &head)
        if let seconds = error.retryAfterS { head.appendField("Retry-After", Int64(seconds)) }
        if var challenge = error.challenge {
            challenge.withUTF8 { head.appendField("Proxy-Authenticate", UnsafeRawBufferPointer($0)) }
        }
    }
}
