import HTTPWire
import Testing

@Suite struct ClassificationTests {
    @Test func hopByHopFieldsAreThoseThisHopConsumes() {
        let hopByHop = Set(FieldID.allCases.filter(\.isHopByHop))
        #expect(
            hopByHop == [
                .connection, .keepAlive, .proxyConnection, .proxyAuthorization, .te, .transferEncoding, .upgrade,
            ])
    }

    @Test func framingAndRoutingAreForbiddenInTrailers() {
        for id in FieldID.allCases where id.isHopByHop { #expect(id.isForbiddenInTrailers) }
        for id in [FieldID.contentLength, .host, .setCookie, .authorization, .trailer] {
            #expect(id.isForbiddenInTrailers)
        }
        for id in [FieldID.other, .etag, .server] { #expect(!id.isForbiddenInTrailers) }
    }

    @Test func safeMethodsAreIdempotent() {
        for method in Method.allCases where method.isSafe { #expect(method.isIdempotent) }
    }

    @Test func methodsThatMayNotBeRepeatedAreNotIdempotent() {
        for method in [Method.post, .patch, .connect, .lock, .subscribe, .other] { #expect(!method.isIdempotent) }
        for method in [Method.put, .delete] { #expect(method.isIdempotent && !method.isSafe) }
    }

    @Test func refusedRequestIsStillNamed() {
        let text = "PUT /a HTTP/1.1\r\nHost: b\r\nbad name: c\r\n\r\n"
        withBytes(text) { bytes in
            let head = MessageHead()
            var parser = HeadParser(kind: .request)
            #expect(throws: HeadError.badFieldName) { try parser.parse(bytes, into: head) }
            #expect(head.method == .put)
            #expect(String(decoding: head.bytes(head.targetRange), as: UTF8.self) == "/a")
            #expect(head.fieldCount == 1)
        }
    }

    @Test func raisedFieldLimitGrowsTheTable() throws {
        let head = MessageHead(limits: HeadLimits(fields: 1))
        try withBytes("A: 1\r\nB: 2\r\nC: 3\r\n\r\n") { bytes in
            var parser = HeadParser(kind: .trailers)
            #expect(throws: HeadError.tooManyFields) { try parser.parse(bytes, into: head) }
            parser.reset()
            head.limits.fields = 3
            let outcome = try parser.parse(bytes, into: head)
            #expect(outcome == .complete(byteCount: bytes.count))
            #expect(head.fieldCount == 3)
        }
    }
}
