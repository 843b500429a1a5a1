import Foundation
import Testing

@testable import ProxyApp

/// docs/system-calls.md is held against the table; with PROXYD_WRITE_DOCUMENTS=1 in the environment it is rewritten.
@Suite struct ProcessFilterDocumentTests {
    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/system-calls.md")
    private static let writes = ProcessInfo.processInfo.environment["PROXYD_WRITE_DOCUMENTS"] == "1"

    @Test func `the page's tables are those of the program`() throws {
        var text = try String(contentsOf: Self.page, encoding: .utf8)
        let start = try #require(text.range(of: "<!-- system calls -->\n"))
        let stop = try #require(text.range(of: "<!-- end -->", range: start.upperBound..<text.endIndex))
        if Self.writes {
            text.replaceSubrange(start.upperBound..<stop.lowerBound, with: Self.tables)
            try text.write(to: Self.page, atomically: true, encoding: .utf8)
        } else {
            #expect(text[start.upperBound..<stop.lowerBound] == Self.tables)
        }
    }

    @Test func `every call has its reason, and every condition its words and its errno`() {
        for call in SystemCallTable.groups(processID: 1).flatMap(\.calls) {
            #expect(!call.reason.isEmpty && call.amd64 ?? call.arm64 != nil)
            #expect(call.conditions.isEmpty == (call.refusal == 0), "\(call.name)")
            #expect(call.conditions.isEmpty || call.conditions.contains { !$0.text.isEmpty }, "\(call.name)")
            #expect(call.conditions.allSatisfy { !$0.allowed.isEmpty && (0..<6).contains($0.argument) })
        }
    }

    private static var tables: String {
        var text = ""
        for group in SystemCallTable.groups(processID: 1) {
            text += "\n## \(group.title)\n\n| call | x86-64 | aarch64 | for | only where |\n|---|---|---|---|---|\n"
            for call in group.calls {
                let numbers = [call.amd64, call.arm64].map { $0.map(String.init) ?? "" }.joined(separator: " | ")
                var conditions = call.conditions.map(\.text).filter { !$0.isEmpty }.joined(separator: "; ")
                if !conditions.isEmpty { conditions += " (\(names[call.refusal] ?? "\(call.refusal)"))" }
                if call.need == .unixListener { conditions += "a unix socket is listened on" }
                text += "| `\(call.name)` | \(numbers) | \(call.reason) | \(conditions) |\n"
            }
        }
        return text + "\n"
    }

    private static let names = [
        EACCES: "EACCES", EAFNOSUPPORT: "EAFNOSUPPORT", EINVAL: "EINVAL", ENOTTY: "ENOTTY", EPERM: "EPERM",
    ]
}
