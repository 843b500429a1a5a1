import Policy
import Testing

@Suite struct DestinationPolicyTests {
    let loopback = IPAddress(ipv4: 0x7f00_0001)
    let interface = IPAddress(ipv4: 0x0a00_0005)
    var policy: DestinationPolicy {
        DestinationPolicy(
            ownListeners: [.init(address: loopback, port: 3129), .init(address: nil, port: 3128)],
            machineAddresses: [interface], allowsConnect: { $0 == 443 })
    }

    @Test func `its own loopback listener is refused`() {
        #expect(policy.decide(loopback, port: 3129).rule == .ownListener)
    }

    @Test func `a mapped spelling of its own listener is refused`() {
        #expect(policy.decide(IPAddress(high: 0, low: 0xffff_7f00_0001), port: 3129).rule == .ownListener)
    }

    @Test func `the unspecified address leads to its own loopback listener and is refused`() {
        #expect(policy.decide(IPAddress(ipv4: 0), port: 3129).rule == .ownListener)
        #expect(policy.decide(IPAddress(high: 0, low: 0), port: 3129).rule == .ownListener)
    }

    @Test func `a listener on every address is refused through each of them`() {
        #expect(policy.decide(interface, port: 3128).rule == .ownListener)
        #expect(policy.decide(IPAddress(ipv4: 0x7f12_3456), port: 3128).rule == .ownListener)
        #expect(policy.decide(IPAddress(high: 0, low: 1), port: 3128).rule == .ownListener)
    }

    @Test func `the same port of another machine is allowed`() {
        #expect(policy.decide(IPAddress(ipv4: 0x0808_0808), port: 3128).isAllowed)
    }

    @Test func `another port of this machine is allowed`() {
        #expect(policy.decide(loopback, port: 80).isAllowed)
    }

    @Test func `CONNECT to a port that is not listed is refused`() {
        #expect(policy.decide(connectPort: 25).rule == .connectPort)
        #expect(policy.decide(connectPort: 443).isAllowed)
    }
}
