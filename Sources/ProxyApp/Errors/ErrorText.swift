/// The body of an error for programs, terminals and scripts: a few lines of text, the first of which says what happened.
enum ErrorText {
    static let contentType: StaticString = "text/plain; charset=utf-8"

    static func append(_ error: ProxyError, _ report: FailureReport, to body: ByteStore) {
        MarkupText.append(plain: error.text, to: body)
        body.append("\n\n")
        body.append(error.kind.fault)
        body.append("\n")
        body.append(error.kind.advice)
        body.append("\n\nReason: ")
        body.append(error.token)
        body.append("\nRequest: ")
        report.id.withBytes { body.append($0) }
        body.append("\n")
    }
}
