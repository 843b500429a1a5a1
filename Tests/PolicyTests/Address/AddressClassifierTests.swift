import Policy
import Testing

@Suite struct AddressClassifierTests {
    @Test func `forty thousand spellings are read as Python reads them`() throws {
        let cases = AddressOracle.output.addresses
        try #require(cases.count > 35_000)
        for item in cases {
            let address = IPAddress(parsing: item.text)
            let bits = address.map { hex($0.high) + hex($0.low) }
            if bits != item.bits { Issue.record("\(item.text): \(bits ?? "refused")") }
        }
    }

    @Test func `what Python takes for no address is none`() throws {
        let texts = AddressOracle.output.broken
        try #require(texts.count >= 500)
        for text in texts where IPAddress(parsing: text) != nil { Issue.record("\(text) was taken") }
    }

    @Test func `an address is public exactly if Python calls it and all that is inside global`() {
        for item in AddressOracle.output.addresses {
            guard let address = IPAddress(parsing: item.text) else { continue }
            let facts = AddressOracle.classifier.classify(address)
            if facts.isPublic != item.isPublic { Issue.record("\(item.text): \(facts.explanation)") }
        }
    }

    @Test func `the IPv4 addresses inside are those that Python takes out`() {
        for item in AddressOracle.output.addresses {
            guard let address = IPAddress(parsing: item.text) else { continue }
            let found = AddressOracle.classifier.classify(address).embedded.map(\.address.description)
            if found.sorted() != item.embedded.sorted() { Issue.record("\(item.text): \(found) != \(item.embedded)") }
        }
    }

    @Test func `classes that Python knows too are the same`() {
        let letters: [(Character, AddressClass)] = [
            ("l", .loopback), ("k", .linkLocal), ("m", .multicast), ("s", .siteLocal), ("c", .metadata),
            ("u", .unspecified),
        ]
        for item in AddressOracle.output.addresses {
            guard let address = IPAddress(parsing: item.text) else { continue }
            let classes = AddressOracle.classifier.classify(address).classes
            for (letter, kind) in letters where classes.contains(kind) != item.letters.contains(letter) {
                Issue.record("\(item.text): \(classes.members) and \(kind)")
            }
        }
    }

    @Test(arguments: [
        ("8.8.8.8", AddressClass.global), ("10.1.2.3", .private), ("172.31.255.255", .private),
        ("192.168.0.1", .private),
        ("100.127.255.255", .shared), ("198.19.0.1", .benchmarking), ("203.0.113.9", .documentation),
        ("0.1.2.3", .unspecified),
        ("255.255.255.255", .broadcast), ("255.255.255.254", .reserved), ("192.0.0.8", .protocol),
        ("192.88.99.1", .sixToFour),
        ("239.1.2.3", .multicast), ("127.9.9.9", .loopback), ("169.254.1.1", .linkLocal),
        ("2606:4700::1111", .global), ("fd01::1", .uniqueLocal), ("fec0::1", .siteLocal), ("::8.8.8.8", .v4Compatible),
        ("::ffff:0:8.8.8.8", .v4Translated), ("2002:808:808::", .sixToFour), ("2001::1", .teredo),
        ("64:ff9b::808:808", .nat64),
        ("64:ff9b:1::1", .nat64Local), ("2001:1f::1", .orchid), ("2001:2f::1", .orchid),
        ("2001:db8::1", .documentation),
        ("3fff:fff::1", .documentation), ("100::1", .protocol), ("5f00::1", .protocol), ("2001:1::1", .protocol),
        ("4000::1", .reserved), ("200::1", .reserved), ("3ffe::1", .reserved), ("ff02::1", .multicast),
    ])
    func `an address belongs to the class of its range`(text: String, kind: AddressClass) throws {
        let address = try #require(IPAddress(parsing: text))
        #expect(AddressClassifier().classify(address).classes.contains(kind))
    }

    @Test func `a range that the operator translates through is another spelling of IPv4`() throws {
        let address = try #require(IPAddress(parsing: "fd11:2:3:a01:2:300::"))
        #expect(AddressOracle.classifier.classify(address).isTranslation)
        #expect(!AddressClassifier().classify(address).isTranslation)
    }

    @Test func `the explanation names the range's document and what is inside`() throws {
        let address = try #require(IPAddress(parsing: "2002:a01:203::"))
        let text = AddressClassifier().classify(address).explanation
        #expect(text == "2002:a01:203:: (6to4, RFC 3056; 6to4 10.1.2.3: private)")
    }

    @Test func `every class has a word of its own that leads back to it`() {
        for kind in AddressClass.allCases { #expect(AddressClass(token: kind.token) == kind) }
        #expect(AddressClass(token: "nonsense") == nil)
    }

    private func hex(_ half: UInt64) -> String {
        let digits = String(half, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
