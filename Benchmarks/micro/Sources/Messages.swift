/// The messages of the cases. Their length and number of fields are what their cost depends on.
enum Messages {
    /// What the load generator sends.
    static let shortRequest = "GET http://127.0.0.1:8080/s HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"

    /// What a browser sends to a proxy: 30 fields, 1.6 KiB.
    static let browserRequest = request(browserFields)

    /// A request with 100 fields that have no meaning for a proxy.
    static let longRequest = request((0..<99).map { "X-Custom-Field-\($0): value of field number \($0)" })

    /// What nginx answers with a small file.
    static let response = """
        HTTP/1.1 200 OK\r
        Server: nginx/1.22.1\r
        Date: Mon, 23 Nov 2026 05:00:00 GMT\r
        Content-Type: application/octet-stream\r
        Content-Length: 12\r
        Last-Modified: Sun, 22 Nov 2026 23:11:07 GMT\r
        Connection: keep-alive\r
        ETag: "6922e5ab-c"\r
        Accept-Ranges: bytes\r
        \r\n
        """

    /// The same, and the fields that applications and content delivery networks add: 30.
    static let longResponse = String(response.dropLast(1)) + responseFields.joined(separator: "\r\n") + "\r\n\r\n"

    private static func request(_ fields: [String]) -> String {
        "GET http://www.example.com/a/path/of/usual/length?with=a&few=parameters HTTP/1.1\r\nHost: www.example.com\r\n"
            + fields.map { "\($0)\r\n" }.joined() + "\r\n"
    }

    private static let browserFields = [
        "Connection: keep-alive", "Proxy-Connection: keep-alive", "Pragma: no-cache", "Cache-Control: no-cache",
        "Upgrade-Insecure-Requests: 1",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "Accept-Encoding: gzip, deflate", "Accept-Language: en-GB,en-US;q=0.9,en;q=0.8,de;q=0.7", "DNT: 1",
        "Referer: http://www.example.com/another/path?of=the&same=site", "Origin: http://www.example.com",
        "Cookie: session=0123456789abcdef0123456789abcdef0123456789abcdef; theme=dark; consent=all; _ga=GA1.2.1234.5678",
        "If-Modified-Since: Sun, 22 Nov 2026 23:11:07 GMT", "If-None-Match: \"6922e5ab-c\"", "Priority: u=0, i",
        "Sec-CH-UA: \"Chromium\";v=\"142\", \"Not_A Brand\";v=\"99\"", "Sec-CH-UA-Mobile: ?0",
        "Sec-CH-UA-Platform: \"Linux\"", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-User: ?1",
        "Sec-Fetch-Dest: document", "Sec-GPC: 1", "X-Requested-With: XMLHttpRequest",
        "X-Request-ID: 5f0a4c1e-8f9f-4b43-9d43-7a4f1f0a2b11",
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "tracestate: vendor=value", "Save-Data: on",
    ]

    private static let responseFields = (0..<22).map { "X-Application-Field-\($0): some value of usual length \($0)" }
}
