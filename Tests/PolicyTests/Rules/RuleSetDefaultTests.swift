import HTTPWire
import Policy
import Testing

@Suite struct RuleSetDefaultTests {
    @Test func `on loopback private destinations are allowed on every port`() {
        let rules = RuleSet([], .loopbackOnly)
        #expect(rules.decide(request(.connect, "db.corp", 5432), "10.0.0.5").isAllowed)
        #expect(rules.decide(request(.get, "localhost", 8000), "127.0.0.1", "::1").dialable.count == 2)
    }

    @Test func `elsewhere only public destinations are allowed`() {
        let rules = RuleSet()
        #expect(rules.decide(request(), "8.8.8.8").reason == .byDefault)
        #expect(rules.decide(request(), "10.0.0.5").reason == .notPublic)
    }

    @Test func `elsewhere CONNECT goes to 443 only, and that is known before a look-up`() {
        guard
            case .denied(let decision) = RuleSet().decideName(
                request(.connect, "a.example", 22), now: WeekMinute(day: 0, minute: 0))
        else {
            Issue.record("pending")
            return
        }
        #expect(decision.reason == .connectPort)
        #expect(RuleSet().decide(request(.get, "a.example", 8080), "8.8.8.8").isAllowed)
    }

    @Test(arguments: Exposure.allCases, [UInt16(0), 25, 465, 587])
    func `mail ports and port 0 are denied for every method`(exposure: Exposure, port: UInt16) {
        for method in [HTTPWire.Method.connect, .get] {
            #expect(RuleSet([], exposure).decide(request(method, "a.example", port), "8.8.8.8").reason == .guardedPort)
        }
    }

    @Test(
        arguments: Exposure.allCases,
        ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "64:ff9b::a9fe:a9fe"])
    func `metadata services are denied by address`(exposure: Exposure, address: String) {
        #expect(RuleSet([], exposure).decide(request(.get, "a.example", 80), address).reason == .metadata)
    }

    @Test(arguments: Exposure.allCases)
    func `metadata services are denied by name, whatever the name means`(exposure: Exposure) {
        #expect(
            RuleSet([], exposure).decide(request(.get, "Metadata.Google.Internal.", 80), "8.8.8.8").reason == .metadata)
    }

    @Test(
        arguments: Exposure.allCases,
        ["127.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "::", "64:ff9b::7f00:1", "::127.0.0.1", "2002:7f00:1::"])
    func `no spelling and no rule leads to the proxy itself`(exposure: Exposure, address: String) {
        let everything = rule(.allow) {
            $0.addresses = AddressCondition(classes: .all)
            $0.ports = PortSet([0...UInt16.max])
        }
        let own = [OwnListeners.Listener(address: ip("127.0.0.1"), port: 3128)]
        let rules = RuleSet([everything], exposure, own: own)
        #expect(rules.decide(request(.connect, "a.example", 3128), address).reason == .ownListener)
    }

    @Test func `a client outside the client networks is denied with 403`() {
        let rules = RuleSet(admission: Admission(clients: networks("10.0.0.0/8")))
        let decision = rules.decide(request(client: "192.0.2.7"), "8.8.8.8")
        #expect(decision.reason == .clientNetwork)
        #expect(decision.status == 403)
        #expect(rules.decide(request(client: "10.9.9.9"), "8.8.8.8").isAllowed)
        #expect(rules.decide(request(client: nil), "8.8.8.8").isAllowed)
    }

    @Test func `only a missing login is answered with 407`() {
        let rules = RuleSet(admission: Admission(requiresLogin: true))
        #expect(rules.decide(request(), "8.8.8.8").status == 407)
        #expect(rules.decide(request(user: "ann"), "10.0.0.1").status == 403)
        #expect(rules.decide(request(user: "ann"), "8.8.8.8").isAllowed)
    }

    @Test func `a proxy that strangers can reach needs client networks or a login`() {
        #expect(Admission().isOpen(.elsewhere))
        #expect(!Admission().isOpen(.loopbackOnly))
        #expect(!Admission(requiresLogin: true).isOpen(.elsewhere))
        #expect(!Admission(clients: networks("10.0.0.0/8")).isOpen(.elsewhere))
    }

    @Test func `exposure is loopback only when every listener is`() {
        #expect(Exposure(listeners: [ip("127.0.0.1"), ip("::1"), nil]) == .loopbackOnly)
        #expect(Exposure(listeners: [ip("127.0.0.1"), ip("0.0.0.0")]) == .elsewhere)
        #expect(Exposure(listeners: [ip("::ffff:127.0.0.1")]) == .loopbackOnly)
        #expect(Exposure(listeners: [ip("10.0.0.1")]) == .elsewhere)
    }

    @Test func `without an address nothing is allowed`() {
        #expect(RuleSet().decide(request()).reason == .noAddress)
        #expect(!RuleSet().decide(request()).isAllowed)
    }
}
