import Foundation
import Policy
import Testing

@testable import ProxyApp

/// Files in a folder of the test's own.
private final class Folder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("proxyd-login-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String, _ text: String) throws -> String {
        let path = url.appendingPathComponent(name).path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }
}

@Suite struct LoginFilesTests {
    static let hash = "$2y$05$" + String(repeating: "a", count: 53)

    private func settings(_ passwords: String?, _ groups: String? = nil) -> Settings.Authentication {
        var settings = Settings.Authentication()
        settings.passwordFile = passwords
        settings.groupFile = groups
        return settings
    }

    private func problems(_ settings: Settings.Authentication) -> [String] {
        do throws(ConfigProblems) {
            _ = try LoginFiles.load(settings)
            return []
        } catch { return error.all.map(\.description) }
    }

    @Test func `without a password file there is nothing to read`() throws {
        #expect(try LoginFiles.load(settings(nil)) == nil)
    }

    @Test func `both files are read`() throws {
        let folder = try Folder()
        let files = try #require(
            try LoginFiles.load(
                settings(try folder.file("p", "ann:\(Self.hash)\n"), try folder.file("g", "staff: ann\n"))))
        #expect(files.passwords.count == 1 && files.groups.groups(of: "ann") == ["staff"])
    }

    @Test func `every bad line of both files is told with its place and what to do`() throws {
        let folder = try Folder()
        let passwords = try folder.file("p", "ann:$apr1$x$y\nbob\n")
        let groups = try folder.file("g", "a b: c\n")
        #expect(
            problems(settings(passwords, groups)) == [
                "\(passwords):1:1: MD5 hashes (apr1) are too fast to be safe; write it anew with `htpasswd -B`",
                "\(passwords):2:1: not of the form user:hash; write the line with `htpasswd -B`",
                "\(groups):1:1: the group's name is empty, too long, or has blanks or control characters; "
                    + "a name has up to 255 bytes, no blank and no colon",
            ])
    }

    @Test func `a file of thousands of bad lines is told of in a few`() throws {
        let folder = try Folder()
        #expect(problems(settings(try folder.file("p", String(repeating: "x\n", count: 5000)))).count == 20)
    }

    @Test func `names that lead nowhere are found`() throws {
        let folder = try Folder()
        let groups = "# ours\nstaff: ann zoe\nadmins: eve zoe\n"
        let files = try #require(
            try LoginFiles.load(settings(try folder.file("p", "ann:\(Self.hash)\n"), try folder.file("g", groups))))
        var rule = AccessRule(.allow)
        rule.users = ["ann", "bob"]
        rule.groups = ["staff", "guests"]
        rule.place.line = 7
        #expect(
            LoginCheck.findings([rule], files, groupFile: "g") == [
                ConfigFinding(line: 7, "rule 1 names user bob, who is not in authentication.password_file"),
                ConfigFinding(line: 7, "rule 1 names group guests, which is not in authentication.group_file"),
                ConfigFinding(
                    file: "g", line: 2, "zoe is in a group, but not in authentication.password_file"),
                ConfigFinding(
                    file: "g", line: 3, "eve is in a group, but not in authentication.password_file"),
            ])
    }

    @Test func `a change is taken once it has stayed the same for a look`() throws {
        let folder = try Folder()
        func stamps() throws -> [FileStamp?] { [FileStamp(path: try folder.file("p", UUID().uuidString))] }
        let (first, second, third) = (try stamps(), try stamps(), try stamps())
        var reload = LoginReload(first)
        func looks(_ stamps: [FileStamp?]...) -> [Bool] { stamps.map { reload.looked($0) } }
        #expect(looks(first, second, third) == [false, false, false], "it is still being written")
        #expect(looks(third, third) == [true, false], "whatever came of it, it is handled once")
        #expect(looks([nil], [nil], [nil]) == [false, true, false], "it was removed")
        #expect(looks(third, third) == [false, true], "it is back")
    }

    @Test func `a change that is taken back while it is looked at is none`() throws {
        let folder = try Folder()
        let first = [FileStamp(path: try folder.file("p", "a"))]
        var reload = LoginReload(first)
        let looks = [[nil], first, [nil]].map { reload.looked($0) }
        #expect(looks == [false, false, false])
    }
}
