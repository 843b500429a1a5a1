import Testing

@testable import ProxyApp

@Suite struct LimitsMemoryBoundTests {
    private func bound(descriptors: Int = 20_000, loops: Int = 2, _ change: (inout Settings) -> Void = { _ in })
        -> MemoryBound
    {
        var settings = Settings()
        change(&settings)
        return MemoryBound(settings, descriptors: descriptors, loops: loops)
    }

    @Test func `connections are what the settings and the descriptors allow`() {
        #expect(bound().connections == 9904)
        #expect(bound { $0.limits.maxConnections = 100 }.connections == 100)
        #expect(bound(descriptors: 1024) { $0.limits.maxConnections = 9000 }.connections == 416)
    }

    @Test func `connections are most of it, and fewer of them make it less`() {
        let all = bound()
        #expect(all.connectionBytes > all.totalBytes / 2)
        #expect(all.bytesPerConnection > 8 << 16 && all.bytesPerConnection < 1 << 20)
        let few = bound { $0.limits.maxConnections = 100 }
        let saved = all.connectionBytes - few.connectionBytes
        #expect(saved == (9904 - 100) * all.bytesPerConnection)
    }

    @Test func `what can grow is in it`() {
        let usual = bound()
        #expect(bound { $0.limits.headBytes = 60 << 10 }.totalBytes > usual.totalBytes)
        #expect(bound { $0.limits.fields = 1000 }.totalBytes > usual.totalBytes)
        #expect(bound { $0.dns.cacheEntries = 1_000_000 }.resolverBytes > 500 << 20)
        #expect(bound { $0.accessLog.target = .off }.logBytes == 0)
        #expect(bound(loops: 4).loopBytes == 2 * usual.loopBytes)
        #expect(usual.limitBytes == 0)
        #expect(bound { $0.userLimits.tunnels = 1 }.limitBytes > 1 << 20)
    }
}
