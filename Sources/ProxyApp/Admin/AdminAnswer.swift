import HTTPStack

/// A whole answer of the admin listener, before it is sent.
struct AdminAnswer: Equatable, Sendable {
    let status: Int
    let contentType: String
    /// Fields beyond those that every answer has.
    var headers: [(name: String, value: String)] = []
    let body: String
    /// Where scripts and styles of this answer may come from; nothing may be loaded unless the page says so.
    var policy = "default-src 'none'; frame-ancestors 'none'"

    /// One line of plain text.
    static func line(_ status: Int, _ text: String) -> AdminAnswer {
        AdminAnswer(status: status, contentType: "text/plain; charset=utf-8", body: text + "\n")
    }

    /// `/live`: that there is an answer is the answer.
    static var live: AdminAnswer { line(200, "live") }

    /// `/ready`: 503 once the process drains, so that a balancer sends new clients elsewhere.
    static func ready(isDraining: Bool) -> AdminAnswer {
        isDraining ? line(503, "draining: no new clients, please") : line(200, "ready")
    }

    /// A refusal, with `Allow` and `WWW-Authenticate` where RFC 9110 15.5.6 and 15.5.2 want them.
    static func refusal(_ refusal: AdminRefusal) -> AdminAnswer {
        var answer = line(refusal.status, refusal.sentence)
        if refusal == .method { answer.headers.append(("Allow", "GET, HEAD")) }
        if refusal == .noToken { answer.headers.append(("WWW-Authenticate", "Bearer realm=\"proxyd admin\"")) }
        if refusal == .busy { answer.headers.append(("Retry-After", "2")) }
        return answer
    }

    /// `/status`. 500 if the figures cannot be written, which no figures we know of can cause.
    static func status(_ snapshot: ProcessSnapshot) -> AdminAnswer {
        guard let text = StatusDocument(snapshot).json else {
            return line(500, "The figures could not be written as JSON.")
        }
        return AdminAnswer(status: 200, contentType: "application/json", body: text)
    }

    /// `/metrics`, in the Prometheus text format 0.0.4.
    static func metrics(_ snapshot: ProcessSnapshot) -> AdminAnswer {
        var text = PrometheusText()
        for family in MetricFamilies.all(of: snapshot) { text.append(family) }
        return AdminAnswer(status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: text.text)
    }

    /// `/`. `nonce` marks the page's own style and script as the only ones to be applied; a fresh one for each answer.
    static func page(nonce: String) -> AdminAnswer {
        AdminAnswer(
            status: 200, contentType: "text/html; charset=utf-8", body: AdminPage.html(nonce: nonce),
            policy: "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; img-src data:; "
                + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    }

    /// Every field of the answer's head, framing and date apart.
    var fields: [(name: String, value: String)] {
        [
            ("Content-Type", contentType),
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
        ] + headers
    }

    /// Sends the answer and ends the exchange. Without a body for HEAD, but with its length. RFC 9110 9.3.2.
    func send(to response: ServerResponse, isHead: Bool) {
        response.setOwnFields(HeaderFields(fields.map { ($0.name, $0.value) }))
        response.setOwnFields(["Content-Length": String(body.utf8.count)])
        response.statusCode = status
        if isHead { response.end() } else { response.end(body) }
    }

    static func == (a: AdminAnswer, b: AdminAnswer) -> Bool {
        a.status == b.status && a.body == b.body && a.fields.elementsEqual(b.fields, by: ==)
    }
}
