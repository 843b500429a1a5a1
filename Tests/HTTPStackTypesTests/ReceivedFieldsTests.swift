import HTTPStackTypes
import HTTPTypes
import HTTPWire
import Testing

@testable import HTTPStack

@Suite struct ReceivedFieldsTests {
    private func lines(_ fields: HTTPFields) -> [String] { fields.map { "\($0.name.rawName): \($0.value)" } }

    @Test func orderCaseAndDuplicatesAreKept() throws {
        let message = try received(
            .response, "HTTP/1.1 200 OK\r\nX-b: 2\r\nVia: 1.1 a\r\nx-B: 1\r\nVIA: 1.1 b\r\n\r\n")
        #expect(try lines(HTTPFields(headersOf: message)) == ["X-b: 2", "Via: 1.1 a", "x-B: 1", "VIA: 1.1 b"])
    }

    @Test func eachCookieThatIsSetKeepsItsLine() throws {
        let message = try received(.response, "HTTP/1.1 200 OK\r\nSet-Cookie: a=1, b\r\nSet-Cookie: c=2\r\n\r\n")
        #expect(try HTTPFields(headersOf: message)[values: .setCookie] == ["a=1, b", "c=2"])
    }

    @Test func bytesThatAreNotUTF8AreKeptAsTheyAre() throws {
        let message = try received(.response, Array("HTTP/1.1 200 OK\r\nX: caf".utf8) + [0xe9] + Array("\r\n\r\n".utf8))
        let field = try #require(HTTPFields(headersOf: message).first)
        #expect(field.withUnsafeBytesOfValue { Array($0) } == Array("caf".utf8) + [0xe9])
        #expect(field.value == "caf\u{fffd}")
    }

    @Test func emptyValuesAreFields() throws {
        let message = try received(.response, "HTTP/1.1 200 OK\r\nX-Empty:\r\n\r\n")
        #expect(try lines(HTTPFields(headersOf: message)) == ["X-Empty: "])
    }

    @Test func trailersComeFromBehindTheBody() throws {
        let message = try received(.response, "HTTP/1.1 200 OK\r\nTrailer: A\r\n\r\n")
        #expect(try HTTPFields(trailersOf: message).isEmpty)
        message.trailerHead = try parsed(.trailers, Array("A: 1\r\nA: 2\r\n\r\n".utf8))
        #expect(try lines(HTTPFields(trailersOf: message)) == ["A: 1", "A: 2"])
    }
}
