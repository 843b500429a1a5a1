import TestSupport

@testable import Engine

/// A resolver on its own loop, asking a scripted server.
final class ResolverRig: Sendable {
    typealias Answer = Result<ResolvedAddresses, ResolveError>

    let dns: ScriptedDNS
    let home: RunningLoop
    let resolver: Resolver

    /// Asks the scripted server, unless the options name others.
    init(_ options: ResolverOptions = .quiet(), script: @escaping ScriptedDNS.Script) throws {
        dns = try ScriptedDNS(script)
        home = try RunningLoop()
        var options = options
        if options.servers.isEmpty { options.servers = [dns.address] }
        resolver = try Resolver(options: options, loop: home.loop)
    }

    /// Asks on `asking` (the resolver's own loop by default) and waits for the answer.
    func resolve(_ name: String, on asking: RunningLoop? = nil) async -> Answer {
        let loop = (asking ?? home).loop
        return await withCheckedContinuation { done in
            loop.post {
                let resolution = self.resolver.resolve(name, on: loop) { done.resume(returning: $0) }
                if case .ready(let answer) = resolution { done.resume(returning: answer) }
            }
        }
    }

    /// How long it took until `name` failed with `error`, measured on the loop, where other tests do not matter.
    func millisecondsUntil(_ error: ResolveError, of name: String) async -> UInt64? {
        let loop = home.loop
        return await withCheckedContinuation { done in
            loop.post {
                let begin = loop.nowMs
                let resolution = self.resolver.resolve(name, on: loop) { answer in
                    done.resume(returning: answer == .failure(error) ? loop.nowMs - begin : nil)
                }
                if case .ready = resolution { done.resume(returning: nil) }
            }
        }
    }

    /// The texts of the addresses of `name`; the error's token when there are none.
    func hosts(of name: String) async -> [String] {
        switch await resolve(name) {
        case .success(let found): found.addresses.map(\.host)
        case .failure(let error): ["\(error.token)"]
        }
    }

    func end() {
        resolver.shutdown()
        home.end()
        dns.end()
    }
}

extension ResolverOptions {
    /// Options under which nothing of this machine's own settings matters.
    static func quiet(_ adjust: (inout ResolverOptions) -> Void = { _ in }) -> ResolverOptions {
        var options = ResolverOptions()
        options.hostsFile = nil
        options.searchDomains = []
        adjust(&options)
        return options
    }
}
