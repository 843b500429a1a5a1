import Foundation
import HTTPWire
import Logging
import Policy
import Synchronization
import Testing

@testable import ProxyApp

@Suite struct AccessListTests {
    private static func mark(_ size: Int64) -> ListWatch.Mark { ListWatch.Mark(inode: 1, sizeBytes: size) }

    @Test func `a file that changed is read once it has settled`() {
        let list = AccessList(name: "a", files: ["/a", "/b"])
        var sizes: [String: Int64] = ["/a": 1, "/b": 1]
        var watch = ListWatch([list]) { Self.mark(sizes[$0] ?? -1) }
        func look() -> Int { watch.changed { Self.mark(sizes[$0] ?? -1) }.count }
        func looks(_ count: Int) -> [Int] { (0..<count).map { _ in look() } }
        #expect(looks(2) == [0, 0])
        sizes["/b"] = 2
        #expect(look() == 0, "it may still be written")
        sizes["/b"] = 3
        #expect(looks(3) == [0, 1, 0])
        sizes["/a"] = nil
        #expect(looks(3) == [0, 1, 0])
    }

    @Test func `lists that share a file are read together, others are not`() {
        let lists = [
            AccessList(name: "a", files: ["/a"]), AccessList(name: "b", files: ["/a", "/b"]),
            AccessList(name: "c", files: ["/c"]),
        ]
        var size: Int64 = 1
        var watch = ListWatch(lists) { Self.mark($0 == "/a" ? size : 1) }
        size = 2
        _ = watch.changed { Self.mark($0 == "/a" ? size : 1) }
        #expect(watch.changed { Self.mark($0 == "/a" ? size : 1) }.map(\.name) == ["a", "b"])
    }

    /// A folder that is removed at the end.
    private static func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test func `a file that may be read only now has changed, though nobody has written it`() throws {
        try Self.inFolder { folder in
            let file = folder.appendingPathComponent("1")
            try "a.example\n".write(to: file, atomically: true, encoding: .utf8)
            #expect(chmod(file.path, 0) == 0)
            let before = ListWatch.mark(file.path)
            // The clock of a file system is a coarse one: the change shows once it has moved on.
            let deadline = ContinuousClock.now + .seconds(20)
            while ListWatch.mark(file.path) == before, ContinuousClock.now < deadline { chmod(file.path, 0o644) }
            #expect(ListWatch.mark(file.path) != before)
        }
    }

    @Test func `a list is made of all its files, and complains by file and line`() throws {
        try Self.inFolder { folder in
            let (one, two) = (folder.appendingPathComponent("1"), folder.appendingPathComponent("2"))
            try "a.example\nbad name here\n".write(to: one, atomically: true, encoding: .utf8)
            try (String(repeating: "..\n", count: 7) + "b.example").write(to: two, atomically: true, encoding: .utf8)
            var lists = LoadedLists()
            let outcome = try ListLoader.load(AccessList(name: "x", files: [one.path, two.path]), into: &lists)
            #expect(
                lists.names["x"]?.contains("www.a.example") == true && lists.names["x"]?.contains("b.example") == true)
            #expect(outcome.skipped == 8)
            #expect(outcome.complaints.first == "\(one.path): line 2: more than one word")
            #expect(outcome.complaints.last == "\(two.path): 2 more lines like that")
        }
    }

    @Test func `what is no file is refused without waiting for it`() throws {
        try Self.inFolder { folder in
            let pipe = folder.appendingPathComponent("pipe").path
            try #require(mkfifo(pipe, 0o600) == 0)
            for path in [pipe, folder.path, folder.path + "/none"] {
                var lists = LoadedLists()
                #expect(throws: ListFailure.self) {
                    try ListLoader.load(AccessList(name: "x", files: [path]), into: &lists)
                }
            }
        }
    }

    @Test func `a list that can no longer be read stays as it was, and one that can comes into force`() throws {
        try Self.inFolder { folder in
            let file = folder.appendingPathComponent("names")
            try "a.example\n".write(to: file, atomically: true, encoding: .utf8)
            var settings = Settings()
            settings.access.lists = [AccessList(name: "x", files: [file.path])]
            var rule = AccessRule(.deny)
            rule.names = [.list("x")]
            settings.access.rules = [rule]
            let assembly = RuleAssembly(settings, listeners: [], own: OwnListeners([], machineAddresses: []))
            let control = try AccessControl(
                assembly, lists: settings.access.lists, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            #expect(Self.denies(control.initial, "a.example"))

            try FileManager.default.removeItem(at: file)
            #expect([control.look(), control.look()] == [false, false])

            try "b.example\nc.example\n".write(to: file, atomically: true, encoding: .utf8)
            #expect([control.look(), control.look()] == [false, true])
        }
    }

    private static func denies(_ rules: RuleSet, _ name: String) -> Bool {
        guard let host = try? CanonicalHost(parsing: name) else { return false }
        let request = AccessRequest(client: nil, method: .get, host: host, port: 80)
        if case .denied = rules.decideName(request, now: WeekMinute(day: 0, minute: 0)) { return true }
        return false
    }
}
