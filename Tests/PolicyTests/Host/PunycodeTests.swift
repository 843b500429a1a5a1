import Testing

@testable import Policy

@Suite struct PunycodeTests {
    /// Samples of RFC 3492 7.1 and labels in use.
    @Test(arguments: [
        ("bcher-kva", "b\u{fc}cher"),
        (
            "egbpdaj6bu4bxfgehfvwxn",
            "\u{644}\u{64a}\u{647}\u{645}\u{627}\u{628}\u{62a}\u{643}\u{644}\u{645}\u{648}\u{634}\u{639}\u{631}\u{628}\u{64a}\u{61f}"
        ),
        ("ihqwcrb4cv8a8dqg056pqjye", "\u{4ed6}\u{4eec}\u{4e3a}\u{4ec0}\u{4e48}\u{4e0d}\u{8bf4}\u{4e2d}\u{6587}"),
        ("fiqs8s", "\u{4e2d}\u{56fd}"),
        ("3b-ww4c5e180e575a65lsy2b", "3\u{5e74}b\u{7d44}\u{91d1}\u{516b}\u{5148}\u{751f}"),
        ("d9juau41awczczp", "\u{305d}\u{306e}\u{30b9}\u{30d4}\u{30fc}\u{30c9}\u{3067}"), ("ls8h", "\u{1f4a9}"),
    ])
    func `labels decode to what the RFC says`(code: String, text: String) {
        #expect(Punycode.decode(Array(code.utf8)) == text.unicodeScalars.map(\.value))
    }

    @Test(arguments: ["", "-", "abc-", "-abc", "a!", "99999999", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz9", "A"])
    func `what no encoder makes is refused`(code: String) {
        #expect(Punycode.decode(Array(code.utf8)) == nil)
    }

    @Test func `two codes never decode to the same`() {
        var random = SplitMix(seed: 17)
        let letters = Array("abkz059-".utf8)
        var seen: [[UInt32]: [UInt8]] = [:]
        for _ in 0..<200_000 {
            let code = (0..<(1 + random.below(6))).map { _ in random.pick(letters) }
            guard let points = Punycode.decode(code), points.contains(where: { $0 >= 0x80 }) else { continue }
            if let other = seen[points], other != code { Issue.record("\(code) and \(other)") }
            seen[points] = code
        }
        #expect(seen.count > 10_000)
    }
}
