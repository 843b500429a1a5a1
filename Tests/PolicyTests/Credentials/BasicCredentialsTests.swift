import Foundation
import Policy
import Testing

@Suite struct BasicCredentialsTests {
    private func parse(_ value: String) throws(BasicCredentialsError) -> BasicCredentials {
        let result = Array(value.utf8).withUnsafeBytes { bytes in
            Result { () throws(BasicCredentialsError) in try BasicCredentials(parsing: bytes) }
        }
        return try result.get()
    }

    private func encoded(_ text: some Sequence<UInt8>) -> String { "Basic " + Data(text).base64EncodedString() }

    private func bytes(_ credentials: BasicCredentials) -> [UInt8] { credentials.password.withBytes { Array($0) } }

    @Test func `the examples of the RFC are read`() throws {
        let first = try parse("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        #expect(first.user == "Aladdin" && bytes(first) == Array("open sesame".utf8))
        let second = try parse("basic  dGVzdDoxMjPCow==")
        #expect(second.user == "test" && bytes(second) == Array("123\u{a3}".utf8))
    }

    @Test func `a password may have colons or be empty`() throws {
        #expect(bytes(try parse(encoded("ann:a:b:".utf8))) == Array("a:b:".utf8))
        #expect(bytes(try parse(encoded("ann:".utf8))) == [])
    }

    @Test(arguments: [
        ("", BasicCredentialsError.otherScheme), ("Bearer x", .otherScheme), ("Basi", .otherScheme),
        ("Basic", .badBase64),
        ("Basic ", .badBase64), ("Basic a", .badBase64), ("Basic YTpi=", .badBase64), ("Basic YTpiYw=", .badBase64),
        ("Basic YTpi YTpi", .badBase64),
        ("Basic YTpiYx==", .badBase64), ("Basic YTpiYy==", .badBase64), ("Basic YT=p", .badBase64),
        ("Basic YTp-", .badBase64),
        ("Basic ====", .badBase64), ("Basic YW5u", .noColon), ("Basic OnB3", .emptyUser),
    ])
    func `what is not user and password in base64 is refused`(value: String, error: BasicCredentialsError) {
        #expect(throws: error) { try parse(value) }
    }

    @Test func `bytes that no password has are refused`() {
        #expect(throws: BasicCredentialsError.controlCharacter) { try parse(encoded("ann:a\nb".utf8)) }
        #expect(throws: BasicCredentialsError.controlCharacter) { try parse(encoded("a\0nn:ab".utf8)) }
        #expect(throws: BasicCredentialsError.notUTF8) { try parse(encoded([0x61, 0x3a, 0xff])) }
        #expect(throws: BasicCredentialsError.notUTF8) { try parse(encoded([0xff, 0x3a, 0x61])) }
        #expect(throws: BasicCredentialsError.notUTF8) { try parse(encoded([0x61, 0x3a, 0xc3])) }
        #expect(throws: BasicCredentialsError.tooLong) {
            try parse(encoded((String(repeating: "a", count: 256) + ":").utf8))
        }
        #expect(throws: BasicCredentialsError.tooLong) {
            try parse(encoded(("a:" + String(repeating: "b", count: 512)).utf8))
        }
        #expect(throws: BasicCredentialsError.tooLong) {
            try parse(encoded(String(repeating: "a:", count: 40_000).utf8))
        }
    }

    @Test func `every sequence of bytes comes out of base64 as it went in`() throws {
        var random = SplitMix(seed: 1)
        for length in 0..<300 {
            let password = (0..<length).map { _ in UInt8(0x20 + random.below(0x5f)) }
            #expect(bytes(try parse(encoded(Array("u:".utf8) + password))) == password)
        }
    }

    @Test func `printing shows no password`() throws {
        let credentials = try parse(encoded("ann:geheim".utf8))
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(!text.contains("geheim") && !text.contains("103"))
        }
    }
}
