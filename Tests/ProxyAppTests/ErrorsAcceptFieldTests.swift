import Testing

@testable import ProxyApp

/// HTML or text, by what the client accepts.
@Suite struct ErrorsAcceptFieldTests {
    private func prefersHTML(_ values: String...) -> Bool {
        var field = AcceptField()
        for value in values { Array(value.utf8).withUnsafeBytes { field.read($0) } }
        return field.prefersHTML
    }

    @Test(arguments: [
        "text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html, */*",
        "TEXT/HTML", "text/html;charset=utf-8", "text/html; charset=\"UTF-8\" ; q=0.5", "text/plain;q=0.5, text/html",
        "text/html;q=0.501, text/plain;q=0.500", "*/*;q=0.1, text/html;q=0.2", "text/plain;q=0, text/*",
        ", ,text/html", "image/png, text/html ;q=1.000", "text/html;q=1", "nonsense, text/html",
        "a/b;c=\",\", text/html",
    ])
    func `HTML for those who prefer it`(value: String) {
        #expect(prefersHTML(value))
    }

    @Test(arguments: [
        "", "*/*", "text/*", "text/plain", "text/html, text/plain", "application/json",
        "image/avif,image/webp,*/*;q=0.8",
        "text/html;q=0", "text/html;q=0.000, */*", "text/html;q=0.4, text/plain;q=0.5", "text/html;q=0.3, */*;q=0.4",
        // Malformed members count for nothing.
        "text/html;q=2", "text/html;q=1.001", "text/html;q=0.1234", "text/html;q=-1", "text/html;q=", "text/html;q",
        "text/html;q=.5", "text/html x", "text/ html", "text", "text/", "/html", "text/html;charset=\"utf-8",
        // What is sent is not this.
        "text/html;level=1", "text/html;charset=latin1", "*/html", "application/xhtml+xml",
        "a/b;c=\"x, text/html\"",
    ])
    func `text for all others`(value: String) {
        #expect(!prefersHTML(value))
    }

    @Test func `several fields are one list`() {
        #expect(prefersHTML("text/plain;q=0.5", "text/html"))
        #expect(!prefersHTML("text/html", "text/plain"))
    }

    @Test func `the narrowest range decides whatever its place`() {
        #expect(!prefersHTML("text/html;q=0.1, text/*;q=1"))
        #expect(!prefersHTML("text/*;q=1, text/html;q=0.1"))
        #expect(prefersHTML("*/*;q=1, text/plain;q=0.1"))
    }

    @Test func `any bytes are read to their end`() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("text/html*plain;q=0.15,\" \t\\charsetutf-8\u{e9}".utf8)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...60, using: &generator)
            let bytes = (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
            var field = AcceptField()
            bytes.withUnsafeBytes { field.read($0) }
            _ = field.prefersHTML
        }
    }

    @Test func `a serialised head has its fields found`() {
        func prefersHTML(_ head: String) -> Bool {
            Array(head.utf8).withUnsafeBytes { AcceptField(head: $0).prefersHTML }
        }
        #expect(prefersHTML("GET / HTTP/1.1\r\nHost: a\r\naccept: text/html\r\nX: y\r\n\r\n"))
        #expect(prefersHTML("GET / HTTP/1.1\r\nAccept:text/plain;q=0.1\r\nACCEPT: text/html;q=0.2\r\n\r\n"))
        #expect(!prefersHTML("GET / HTTP/1.1\r\nAccept-Language: text/html\r\nX-Accept: text/html\r\n\r\n"))
        #expect(!prefersHTML("accept: text/html HTTP/1.1\r\n\r\n"), "the start line is no field")
        #expect(!prefersHTML(""))
    }
}
