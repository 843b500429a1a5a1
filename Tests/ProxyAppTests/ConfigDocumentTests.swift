import Foundation
import Testing

@testable import ProxyApp

/// The shipped file and the documentation are held against the schema.
///
/// With PROXYD_WRITE_DOCUMENTS=1 in the environment they are rewritten from it instead.
@Suite struct ConfigDocumentTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let sample = root.appendingPathComponent("config/proxyd.yaml")
    private static let page = root.appendingPathComponent("docs/configuration.md")
    private static let writes = ProcessInfo.processInfo.environment["PROXYD_WRITE_DOCUMENTS"] == "1"

    @Test func `the shipped file parses to the defaults`() throws {
        #expect(try ConfigFile.load(Self.sample.path) == Settings())
    }

    @Test func `the shipped file has every key with its range and default`() throws {
        if Self.writes { try ConfigSample.text.write(to: Self.sample, atomically: true, encoding: .utf8) }
        #expect(try String(contentsOf: Self.sample, encoding: .utf8) == ConfigSample.text)
        for entry in ConfigSchema.entries {
            #expect(
                ConfigSample.text.contains("\n  \(entry.name): ") || ConfigSample.text.contains("\n\(entry.name): "))
        }
    }

    @Test func `the shipped file without its comments would say the same`() throws {
        // Sets every key, so that none of the lines above is right only because it is ignored.
        let lines = ConfigSample.text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }
        #expect(lines.count == ConfigSchema.entries.count + ConfigSchema.groups.count - 1)
        #expect(settings(of: lines.joined(separator: "\n")) == Settings())
    }

    @Test func `every key writes a value that it reads back`() throws {
        var changed = Settings()
        changed.listen = [.everywhere(port: 1), .ipv6(host: "::1", port: 2), .unix(path: "/a b", mode: 0o600)]
        changed.admin = nil
        changed.via = "null"
        changed.timeouts.tunnelIdleMs = nil
        changed.timeouts.shutdownMs = 1_001
        changed.dns.servers = [DNSServer(address: "::1"), DNSServer(address: "1.1.1.1", port: 54)]
        changed.dns.hostsFile = "/it's here: #1"
        changed.dns.searchDomains = .list([])
        changed.tunnel.connectPorts = .only([443...443, 1...65_535])
        changed.access = try AccessExamples.everything()
        changed.accessLog.target = .file("/x y")
        changed.adminTokenFile = "/etc/proxyd/token"
        changed.process.user = ProcessUser(account: "65534", group: "nogroup")
        changed.process.seccomp = .on
        changed.process.coreDumps = .on
        var text = ""
        for group in ConfigSchema.groups {
            if !group.name.isEmpty { text += "\(group.name):\n" }
            for entry in ConfigSchema.entries(of: group.name) {
                text += "\(group.name.isEmpty ? "" : "  ")\(entry.name): \(entry.write(changed))\n"
            }
        }
        #expect(problems(in: text) == [])
        #expect(settings(of: text) == changed)
    }

    @Test func `keys are unique and their groups exist`() {
        let paths = ConfigSchema.entries.map(\.path)
        #expect(Set(paths).count == paths.count)
        #expect(ConfigSchema.entries.allSatisfy { entry in ConfigSchema.groups.contains { $0.name == entry.group } })
    }

    @Test(arguments: tables)
    func `the documentation's table of a group is the schema's`(group: String) throws {
        let name = group.isEmpty ? "top level" : group
        let begin = "<!-- keys: \(name) -->\n"
        let end = "<!-- end -->"
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let start = try #require(text.range(of: begin), "no table of \(name)")
        let stop = try #require(text.range(of: end, range: start.upperBound..<text.endIndex))
        #expect(text[start.upperBound..<stop.lowerBound] == Self.table(of: group))
    }

    @Test(.enabled(if: writes)) func `the documentation's tables are rewritten when asked`() throws {
        var text = try String(contentsOf: Self.page, encoding: .utf8)
        for group in Self.tables {
            let begin = "<!-- keys: \(group.isEmpty ? "top level" : group) -->\n"
            guard let start = text.range(of: begin),
                let stop = text.range(of: "<!-- end -->", range: start.upperBound..<text.endIndex)
            else { continue }
            text.replaceSubrange(start.upperBound..<stop.lowerBound, with: Self.table(of: group))
        }
        try text.write(to: Self.page, atomically: true, encoding: .utf8)
    }

    /// One for each group, and one for what stands in a rule.
    private static let tables = ConfigSchema.groups.map(\.name) + ["access.rules"]

    private static func table(of group: String) -> String {
        if group == "access.rules" {
            return AccessRuleKey.all.reduce(into: "| key | accepts | meaning |\n|---|---|---|\n") { rows, key in
                rows += "| `\(key.name)` | \(key.range) | \(key.meaning) |\n"
            }
        }
        var rows = "| key | default | accepts | meaning |\n|---|---|---|---|\n"
        for entry in ConfigSchema.entries(of: group) {
            let range = entry.range.replacingOccurrences(of: "|", with: "\\|")
            rows += "| `\(entry.name)` | `\(entry.defaultText)` | \(range) | \(entry.meaning) |\n"
        }
        return rows
    }
}
