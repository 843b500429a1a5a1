import Foundation
import Testing

@testable import ProxyApp

/// The documentation is held against what is served.
@Suite struct AdminDocumentTests {
    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/admin.md")

    @Test func `every metric has a row with its type and meaning`() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        for family in MetricFamilies.all(of: AdminSnapshots.busy()) {
            let label = family.samples[0].labels.first.map { "`\($0.name)`" } ?? ""
            let row =
                "| `\(family.name)` | \(family.kind.rawValue) | \(family.kind == .histogram ? "`le`" : label) | \(family.help) |"
            #expect(text.contains(row), "missing: \(row)")
        }
    }

    @Test func `no metric is documented that is not served`() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let served = Set(MetricFamilies.all(of: AdminSnapshots.busy()).map(\.name))
        for match in text.matches(of: /\| `(proxyd_[a-z_]+)` \|/) {
            #expect(served.contains(String(match.1)), "\(match.1)")
        }
    }

    @Test func `every field of the status has a row`() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let json = try #require(StatusDocument(AdminSnapshots.busy()).json)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        for path in Self.paths(document, under: "") { #expect(text.contains("| `\(path)` |"), "missing: \(path)") }
    }

    @Test func `every end of a tunnel has its sentence`() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        for meaning in FailureToken.tunnelEnds {
            #expect(text.contains("| `\(meaning.token)` | \(meaning.sentence) |"), "\(meaning.token)")
        }
    }

    /// Paths of all values, with `[]` for an element of a list; tables of counts are one value.
    private static func paths(_ value: Any, under path: String) -> [String] {
        if ["requests.by_status", "requests.failures", "tunnels.by_end"].contains(path) { return [path] }
        if let group = value as? [String: Any] {
            return group.flatMap { paths($1, under: path.isEmpty ? $0 : "\(path).\($0)") }
        }
        if let list = value as? [Any], let first = list.first { return paths(first, under: path + "[]") }
        return [path]
    }
}
