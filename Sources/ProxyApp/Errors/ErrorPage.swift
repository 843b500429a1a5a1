import HTTPStack
import HTTPWire

/// The body of an error for people: a page that loads nothing, runs nothing and holds nothing of the request but what was
/// parsed, escaped.
///
/// A browser shows it under the site's own address. So its policy allows one thing alone, its own style by its hash, and
/// nothing is to be entered or followed.
enum ErrorPage {
    static let contentType: StaticString = "text/html; charset=utf-8"

    static func append(
        _ error: ProxyError, _ report: FailureReport, name: String, date: HTTPDate, to page: ByteStore
    ) {
        let phrase = StatusPhrase.of(error.status)
        page.append(opening)
        page.append(status: error.status)
        page.append(" ")
        page.append(phrase)
        page.append("</title>\n<style>")
        page.append(ErrorPageStyle.text)
        page.append("</style>\n</head>\n<body>\n<main>\n<p class=\"status\"><b>")
        page.append(status: error.status)
        page.append("</b> ")
        page.append(phrase)
        page.append("</p>\n<h1>")
        MarkupText.append(html: error.text, to: page)
        page.append("</h1>\n")
        appendWay(error.kind.facts.side, to: page)
        page.append("<h2>Whose fault is it?</h2>\n<p>")
        page.append(error.kind.fault)
        page.append("</p>\n<h2>What helps?</h2>\n<p>")
        page.append(error.kind.advice)
        page.append("</p>\n<dl>\n<dt>Reason</dt><dd>")
        page.append(error.token)
        page.append("</dd>\n<dt>Request</dt><dd>")
        report.id.withBytes { page.append($0) }
        page.append("</dd>\n<dt>Time</dt><dd>")
        date.refresh()
        date.bytes.withUnsafeBytes { page.append($0) }
        page.append("</dd>\n<dt>Proxy</dt><dd>")
        MarkupText.append(html: name, to: page)
        page.append("</dd>\n</dl>\n</main>\n</body>\n</html>\n")
    }

    /// The stations of a request, up to the one where it ended: the sentences below say the same to those who do not see it.
    private static func appendWay(_ side: FailureFacts.Side, to page: ByteStore) {
        let stations: [(FailureFacts.Side, StaticString)] = [
            (.client, "You"), (.proxy, "Proxy"), (.network, "Names"), (.origin, "Site"),
        ]
        page.append("<ol aria-hidden=\"true\">")
        var isReached = true
        for (station, label) in stations {
            page.append(station == side ? "<li class=\"end\">" : isReached ? "<li class=\"met\">" : "<li>")
            page.append(label)
            page.append("</li>")
            if station == side { isReached = false }
        }
        page.append("</ol>\n")
    }

    private static let opening: StaticString = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>
        """
}

extension ByteStore {
    /// Appends a status in its three digits.
    fileprivate func append(status: Int) {
        for place in [100, 10, 1] { append(byte: 0x30 + UInt8(status / place % 10)) }
    }
}
