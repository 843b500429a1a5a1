import Foundation
import Testing

@testable import ProxyApp

/// `docs/errors.md` is held against the enum.
///
/// With PROXYD_WRITE_DOCUMENTS=1 in the environment its tables are rewritten from it instead.
@Suite struct ErrorsDocumentTests {
    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/errors.md")
    private static let writes = ProcessInfo.processInfo.environment["PROXYD_WRITE_DOCUMENTS"] == "1"

    @Test func `the documentation's tables are the enum's`() throws {
        var text = try String(contentsOf: Self.page, encoding: .utf8)
        let start = try #require(text.range(of: "<!-- failures -->\n"))
        let stop = try #require(text.range(of: "<!-- end -->", range: start.upperBound..<text.endIndex))
        if Self.writes {
            text.replaceSubrange(start.upperBound..<stop.lowerBound, with: Self.tables)
            try text.write(to: Self.page, atomically: true, encoding: .utf8)
        } else {
            #expect(text[start.upperBound..<stop.lowerBound] == Self.tables)
        }
    }

    private static var tables: String {
        var text = ""
        for phase in FailureFacts.Phase.allCases {
            text += "\n### \(phase.rawValue.prefix(1).uppercased())\(phase.rawValue.dropFirst())\n\n"
            text +=
                "| word | status | side | again | error type | meaning | what helps |\n|---|---|---|---|---|---|---|\n"
            for kind in FailureKind.allCases where kind.facts.phase == phase {
                let facts = kind.facts
                text += "| `\(facts.token)` | \(facts.status == 0 ? "-" : "\(facts.status)") | \(facts.side.rawValue) "
                text += "| \(again(facts.retry)) | `\(facts.type.rawValue)` | \(kind.meaning) | \(kind.advice) |\n"
            }
        }
        return text + "\n"
    }

    private static func again(_ retry: FailureFacts.Retry) -> String {
        switch retry {
        case .no: "no"
        case .yes: "yes"
        case .after(let seconds): "after \(seconds) s"
        }
    }
}
