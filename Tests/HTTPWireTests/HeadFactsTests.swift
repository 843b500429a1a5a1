import HTTPWire
import Testing

@Suite struct HeadFactsTests {
    @Test(
        arguments: [
            ("", .absent), ("Content-Length: 0\r\n", .value(0)), ("content-length: 5\r\n", .value(5)),
            ("Content-Length: 5, 5\r\n", .value(5)), ("Content-Length: 5\r\nContent-Length: 5\r\n", .value(5)),
            ("Content-Length: 5\r\nContent-Length: 6\r\n", .conflicting), ("Content-Length: 5,6\r\n", .conflicting),
            ("Content-Length: 5,\r\n", .invalid), ("Content-Length:\r\n", .invalid),
            ("Content-Length: +5\r\n", .invalid), ("Content-Length: -5\r\n", .invalid),
            ("Content-Length: 0x5\r\n", .invalid), ("Content-Length: 5 5\r\n", .invalid),
            ("Content-Length: 5, 6, x\r\n", .invalid), ("Content-Length: x\r\nContent-Length: 5\r\n", .invalid),
            ("Content-Length: 9223372036854775807\r\n", .value(.max)),
            ("Content-Length: 9223372036854775808\r\n", .invalid),
            ("Content-Length: 99999999999999999999999\r\n", .invalid),
            ("Content-Length: 00000000000000000000007\r\n", .value(7)),
        ] as [(String, ContentLengthFact)])
    func contentLengthIsOneNumberOrAnError(_ fields: String, _ fact: ContentLengthFact) throws {
        #expect(parseEveryWay(fields + "\r\n", .trailers)?.parsed?.contentLength == fact)
    }

    @Test(arguments: [
        ("Content-Length: 5\r\n", false), ("Content-Length: 5, 5\r\n", true),
        ("Content-Length: 5\r\nContent-Length: 5\r\n", true),
    ])
    func repeatedLengthIsReported(_ fields: String, _ repeats: Bool) throws {
        try withHead(fields + "\r\n", .trailers) { #expect($0.repeatsContentLength == repeats) }
    }

    @Test(
        arguments: [
            ("", .absent), ("Transfer-Encoding: chunked\r\n", .chunked), ("transfer-encoding: CHUNKED\r\n", .chunked),
            ("Transfer-Encoding: gzip, chunked\r\n", .other), ("Transfer-Encoding: gzip\r\n", .other),
            ("Transfer-Encoding: identity\r\n", .other), ("Transfer-Encoding: xchunked\r\n", .other),
            ("Transfer-Encoding: gzip;q=1, chunked\r\n", .other),
            ("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", .other),
            ("Transfer-Encoding: chunked, chunked\r\n", .invalid),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", .invalid),
            ("Transfer-Encoding: chunked, gzip\r\n", .invalid),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", .invalid),
            ("Transfer-Encoding: chunked;a=b\r\n", .invalid), ("Transfer-Encoding:\r\n", .invalid),
            ("Transfer-Encoding: ,chunked\r\n", .invalid), ("Transfer-Encoding: chunked,\r\n", .invalid),
            ("Transfer-Encoding: \"chunked\"\r\n", .invalid), ("Transfer-Encoding: chunked x\r\n", .invalid),
            ("Transfer-Encoding: \u{a0}chunked\r\n", .invalid),
        ] as [(String, TransferEncodingFact)])
    func transferEncodingIsJudgedAsOneList(_ fields: String, _ fact: TransferEncodingFact) throws {
        #expect(parseEveryWay(fields + "\r\n", .trailers)?.parsed?.transferEncoding == fact)
    }

    @Test(
        arguments: [
            ("", []), ("Connection: close\r\n", .close), ("Connection: Keep-Alive\r\n", .keepAlive),
            ("Connection: upgrade, close\r\n", [.upgrade, .close]), ("Connection:\r\n", []),
            ("Connection: ,, close ,\r\n", .close), ("Connection: TE\r\nConnection: X-A\r\n", [.te, .others]),
            ("Connection: closed\r\n", .others), ("Connection: close;x\r\n", .others),
        ] as [(String, ConnectionTokens)])
    func connectionOptionsAreCollected(_ fields: String, _ tokens: ConnectionTokens) throws {
        #expect(parseEveryWay(fields + "\r\n", .trailers)?.parsed?.connection == tokens)
    }

    @Test func nominatedFieldsAreFoundIgnoringCase() throws {
        let text =
            "X-One: 1\r\nConnection: close, x-ONE\r\nX-On: 2\r\nConnection: Content-Length, host,X-Two\r\n"
            + "Content-Length: 3\r\nHost: a\r\nx-two: 4\r\n\r\n"
        try withHead(text, .trailers) { head in
            #expect((0..<head.fieldCount).map(head.isNominated) == [true, false, false, false, false, false, true])
        }
    }

    @Test func tooManyNominationsAreRefused() {
        func text(_ count: Int) -> String {
            "Connection: " + (0..<count).map { "x\($0)" }.joined(separator: ",") + "\r\n\r\n"
        }
        #expect(parseEveryWay(text(32), .trailers)?.parsed != nil)
        #expect(parseEveryWay(text(33), .trailers)?.error == .tooManyConnectionOptions)
    }

    @Test(arguments: [
        ("Expect: 100-continue\r\n", true, false), ("Expect: 100-Continue\r\n", true, false),
        ("Expect: 200-ok\r\n", false, true), ("Expect: 100-continue, x\r\n", false, true), ("", false, false),
    ])
    func expectationsAreKnownOrNot(_ fields: String, _ continues: Bool, _ unknown: Bool) throws {
        try withHead(fields + "\r\n", .trailers) { head in
            #expect(head.expectsContinue == continues)
            #expect(head.hasUnknownExpectation == unknown)
        }
    }

    @Test func hostsAreCountedAndFieldsFound() throws {
        try withHead("A: 1\r\nHost: a\r\nUpgrade: h2c\r\nHOST: b\r\n\r\n", .trailers) { head in
            #expect(head.hostCount == 2)
            #expect(head.hasUpgrade)
            #expect(head.firstIndex(of: .host) == 1)
            #expect(head.firstIndex(of: .via) == nil)
            #expect(head.contains(.upgrade))
            #expect(!head.contains(.other))
        }
    }

    @Test func everyFieldIDIsIdentifiedInAnyCaseAndNearMissesAreNot() {
        for name in FieldNames.all {
            for spelling in [name, name.uppercased(), name.lowercased()] {
                #expect(withBytes(spelling, FieldID.identify) != .other, "\(spelling)")
            }
            let id = withBytes(name, FieldID.identify)
            #expect(withBytes(name + "x", FieldID.identify) != id)
            for index in name.utf8.indices {
                var bytes = Array(name.utf8)
                bytes[name.utf8.distance(from: name.utf8.startIndex, to: index)] = 0x7e
                #expect(withBytes(bytes, FieldID.identify) != id)
            }
        }
        #expect(Set(FieldNames.all.map { withBytes($0, FieldID.identify) }).count == FieldID.allCases.count - 1)
        #expect(FieldNames.all.count == FieldID.allCases.count - 1)
    }

    @Test func everyMethodIsIdentifiedByItsOwnName() throws {
        for method in Method.allCases where method != .other {
            let name = try #require(method.name).description
            #expect(withBytes(name, Method.identify) == method)
            #expect(withBytes(name.lowercased(), Method.identify) == .other)
            #expect(withBytes(name + "X", Method.identify) == .other)
        }
        #expect(Method.other.name == nil)
    }
}

enum FieldNames {
    static let all = [
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate",
        "Proxy-Authentication-Info", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length", "Host",
        "Expect", "Via", "Date", "Content-Type", "Max-Forwards", "Forwarded", "X-Forwarded-For", "Set-Cookie",
        "Cookie", "Server", "User-Agent", "Location", "Authorization", "Accept", "Age", "Allow", "Alt-Svc",
        "Cache-Control", "Content-Encoding", "ETag", "Expires", "From", "If-Modified-Since", "If-None-Match",
        "If-Unmodified-Since", "Last-Modified", "Origin", "Pragma", "Range", "Referer", "Retry-After", "Vary",
        "Warning", "WWW-Authenticate", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP",
    ]
}
