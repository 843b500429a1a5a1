import Engine
import HTTPStack
import HTTPWire
import Testing

@testable import ProxyApp

/// What an error looks like on the wire: fields and bodies, whatever is in them.
@Suite struct ErrorsAnswerTests {
    /// What a host, a rule's label or a parser's complaint could be at worst.
    private static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "a'b&c;", "</h1></main>",
        "x\r\nSet-Cookie: a=b",
        "\r\n\r\n<html>", "\u{0}\u{1b}[31m\u{7f}", "\\\" ; error=none", "-->", "&lt;", "\u{e9}\u{202e}",
        String(repeating: "<", count: 5_000),
    ]

    private func text(_ body: (ByteStore) -> Void) -> String {
        let store = ByteStore()
        body(store)
        return String(decoding: store.bytes, as: UTF8.self)
    }

    private func written(_ body: (inout HeadWriter) -> Void) -> String {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
        defer { room.deallocate() }
        var writer = HeadWriter(room)
        body(&writer)
        #expect(!writer.overflowed && !writer.refused)
        return String(decoding: writer.written, as: UTF8.self)
    }

    // MARK: Bodies

    @Test(arguments: hostile)
    func `text stays text in the page`(hostile: String) {
        let error = ProxyError(.connectRefused, hostile)
        let page = text {
            ErrorPage.append(error, FailureReport(error), name: hostile, date: HTTPDate(), to: $0)
        }
        let plain = text {
            let error = ProxyError(.connectRefused, "x")
            ErrorPage.append(error, FailureReport(error), name: "x", date: HTTPDate(), to: $0)
        }
        // No markup more than in a page without it, and no control character at all.
        for mark in ["<", ">", "\"", "'"] {
            #expect(page.split(separator: mark).count == plain.split(separator: mark).count, "\(mark)")
        }
        #expect(page.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x0a })
        #expect(!page.contains("\r"))
    }

    @Test(arguments: hostile)
    func `a line stays a line in the text`(hostile: String) {
        let error = ProxyError(.connectRefused, hostile)
        let body = text { ErrorText.append(error, FailureReport(error), to: $0) }
        #expect(body.split(separator: "\n", omittingEmptySubsequences: false).count == 8)
        #expect(body.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x0a })
    }

    @Test(arguments: FailureKind.allCases.filter { $0.status > 0 })
    func `page and text say what happened, whose fault it is and what helps`(kind: FailureKind) {
        let error = ProxyError(kind, "What happened.")
        let report = FailureReport(error)
        let page = text { ErrorPage.append(error, report, name: "me", date: HTTPDate(), to: $0) }
        let plain = text { ErrorText.append(error, report, to: $0) }
        for part in [
            "What happened.", "\(kind.fault)", "\(kind.advice)", "\(kind.token)", "\(report.id)",
        ] { #expect(page.contains(part) && plain.contains(part), "\(part)") }
        #expect(page.contains("<title>\(kind.status) "))
        #expect(page.ranges(of: "class=\"end\"").count == 1, "one station is where it ended")
        #expect(!page.contains("http://") && !page.contains("https://") || "\(kind.advice)".contains("http"))
        #expect(!page.contains("<script") && !page.contains(" style=") && !page.contains("url("))
    }

    // MARK: Proxy-Status

    @Test func `Proxy-Status names the error in the words of RFC 9209`() {
        var report = FailureReport(ProxyError(.dnsNotFound, "x"))
        report.id = RequestID(bits: 0)
        #expect(
            written { ProxyStatusField(name: "proxyd").append(report, to: &$0) }
                == "Proxy-Status: proxyd; error=dns_error; rcode=\"NXDOMAIN\"; "
                + "details=\"dns_nxdomain: The name does not exist. Request 0000-0000-0000\"\r\n")
        report = FailureReport(ProxyError(.headTooLarge, "x"))
        #expect(
            written { ProxyStatusField(name: "proxyd").append(report, to: &$0) }
                .hasPrefix("Proxy-Status: proxyd; error=http_request_error; status-code=431; details=\""))
    }

    @Test(arguments: FailureKind.allCases)
    func `Proxy-Status is one line of printable ASCII`(kind: FailureKind) {
        for hostile in Self.hostile {
            var report = FailureReport(ProxyError(kind, hostile, detail: hostile))
            report.errno = .connectionRefused
            let line = written { ProxyStatusField(name: hostile).append(report, to: &$0) }
            #expect(line.utf8.dropLast(2).allSatisfy { $0 >= 0x20 && $0 < 0x7f } && line.hasSuffix("\r\n"))
            let details = line.components(after: "; details=")
            #expect(!details.contains("alert(") && !details.contains("Set-Cookie"), "\(details)")
        }
    }

    @Test(arguments: [
        ("proxyd", "proxyd"), ("proxy.example:3128", "proxy.example:3128"), ("*x/y", "*x/y"), ("1proxy", "\"1proxy\""),
        ("my proxy", "\"my proxy\""), ("", "\"\""), ("a\"b\\c", "\"a\\\"b\\\\c\""), ("\u{e9}\n", "\"???\""),
    ])
    func `a name is a token where it can be one, else a string`(name: String, item: String) {
        #expect(written { StructuredField.append(tokenOrString: name, to: &$0) } == item)
    }

    @Test func `a long string is cut`() {
        let long = String(repeating: "\"", count: 5_000)
        let item = written { StructuredField.append(string: long, to: &$0) }
        #expect(item.utf8.count == StructuredString.maxBytes * 2 + 2)
    }

    // MARK: Numbers of requests

    @Test func `numbers are of one shape and differ`() {
        let ids = (0..<1_000).map { _ in RequestID().description }
        #expect(Set(ids).count == ids.count)
        for id in ids { #expect(id.wholeMatch(of: /[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){2}/) != nil, "\(id)") }
        #expect(RequestID(bits: .max).description == "zzzz-zzzz-zzzz")
        #expect(RequestID(bits: 33).description == "0000-0000-0011")
    }
}

extension String {
    fileprivate func components(after separator: String) -> Substring {
        guard let range = firstRange(of: separator) else { return "" }
        return self[range.upperBound...]
    }
}
