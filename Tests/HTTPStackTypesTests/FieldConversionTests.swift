import HTTPStack
import HTTPStackTypes
import HTTPTypes
import Testing

@Suite struct FieldConversionTests {
    @Test func linesGoThereAndBackUnchanged() throws {
        let ours: HeaderFields = ["X-b": "2", "Set-Cookie": "a=1", "x-B": "", "Set-Cookie": "b=2", "Accept": "*/*"]
        #expect(try HeaderFields(HTTPFields(ours)) == ours)
    }

    @Test func textIsUTF8() throws {
        let fields = try HTTPFields(["X": "é"] as HeaderFields)
        #expect(fields.first?.withUnsafeBytesOfValue { Array($0) } == [0xc3, 0xa9])
        #expect(try HeaderFields(fields) == ["X": "é"])
    }

    @Test(arguments: ["", "a b", "a:", "é", ":path"])
    func namesThatAreNoTokensAreReported(_ name: String) {
        #expect(throws: OutgoingError.illegalName(name)) { try HTTPFields([name: "1"] as HeaderFields) }
    }

    @Test(arguments: ["a\r\nB: c", "a\u{0}", " a", "a\t", "\u{7f}"])
    func valuesThatWouldBeChangedAreReported(_ value: String) {
        #expect(throws: OutgoingError.illegalValue(name: "X")) { try HTTPFields(["X": value] as HeaderFields) }
    }

    @Test func bytesThatCannotBeSentAsTextAreReported() throws {
        var fields = HTTPFields()
        fields.append(HTTPField(name: .server, value: [0x63, 0xe9]))
        #expect(throws: OutgoingError.illegalValue(name: "Server")) { try HeaderFields(fields) }
    }

    @Test func lenientValuesThatMustNotBeSentAreReported() throws {
        var fields = HTTPFields()
        fields.append(HTTPField(name: .server, lenientValue: [0x61, 0x01]))
        #expect(throws: OutgoingError.illegalValue(name: "Server")) { try HeaderFields(fields) }
    }

    @Test func cookiesThatWereSplitAreOneLineAgain() throws {
        var fields: HTTPFields = [.accept: "*/*"]
        fields[.cookie] = "a=1; b=2"
        fields[.userAgent] = "t"
        #expect(fields.count == 4)
        #expect(try HeaderFields(fields) == ["Accept": "*/*", "Cookie": "a=1; b=2", "User-Agent": "t"])
    }
}
