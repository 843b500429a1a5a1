import Foundation
import Testing

@testable import ProxyApp

@Suite struct ProcessFileReportTests {
    private func problems(
        _ role: GuardedFile.Role, mode: UInt32, owner: uid_t = 0, folder: UInt32 = 0o755
    ) -> [String] {
        FileReport.problems(
            of: GuardedFile(path: "/etc/proxyd/file", role: role),
            FileReport.Facts(mode: mode, owner: owner, folderMode: folder), user: 65_534)
    }

    @Test(arguments: [UInt32(0o644), 0o640, 0o600, 0o444])
    func `a configuration may be read by everybody`(mode: UInt32) {
        #expect(problems(.configuration, mode: mode).isEmpty)
    }

    @Test(arguments: [UInt32(0o600), 0o640, 0o400])
    func `secrets may be read by their group`(mode: UInt32) {
        #expect(problems(.credentials, mode: mode).isEmpty)
    }

    @Test(arguments: [(UInt32(0o664), "its group"), (0o646, "everybody"), (0o666, "everybody")])
    func `what others can write is reported with the command that mends it`(mode: UInt32, who: String) {
        #expect(
            problems(.configuration, mode: mode) == [
                "/etc/proxyd/file can be written by \(who); run: chmod go-w /etc/proxyd/file"
            ])
    }

    @Test func `secrets that everybody can read are reported`() {
        #expect(
            problems(.credentials, mode: 0o644) == [
                "/etc/proxyd/file holds secrets and can be read by everybody; run: chmod o= /etc/proxyd/file"
            ])
        #expect(problems(.credentials, mode: 0o666).count == 2)
    }

    @Test func `a file of a third person is reported, one of root or of the proxy's user is not`() {
        #expect(problems(.configuration, mode: 0o644, owner: 65_534).isEmpty)
        let told = problems(.configuration, mode: 0o644, owner: 1000)
        #expect(told.count == 1 && told[0].contains("belongs to user 1000"))
    }

    @Test func `a folder in which everybody can replace the file is reported, a sticky one is not`() {
        #expect(problems(.configuration, mode: 0o644, folder: 0o1777).isEmpty)
        let told = problems(.credentials, mode: 0o600, folder: 0o777)
        #expect(told.count == 1 && told[0].hasSuffix("run: chmod o-w /etc/proxyd"))
    }

    @Test func `a folder in which others can put another socket is reported`() {
        #expect(problems(.socketFolder, mode: 0o755).isEmpty)
        #expect(problems(.socketFolder, mode: 0o1777).isEmpty)
        #expect(problems(.socketFolder, mode: 0o777).count == 1)
        #expect(problems(.socketFolder, mode: 0o775).count == 1)
    }

    @Test func `commands can be pasted whatever the path`() {
        let file = GuardedFile(path: "/a b/it's", role: .configuration)
        let told = FileReport.problems(of: file, FileReport.Facts(mode: 0o666, owner: 0, folderMode: 0o755), user: 0)
        #expect(told == [#"/a b/it's can be written by everybody; run: chmod go-w '/a b/it'\''s'"#])
    }

    @Test func `every file that a configuration names is looked at`() throws {
        let text = """
            listen: [127.0.0.1:1, "unix:/run/a/s,mode=600"]
            admin: unix:/run/b/s
            admin_token_file: /t
            authentication: {password_file: /p, group_file: /g}
            access: {lists: {ads: {files: [/l1, /l2]}}}
            """
        let files = try ConfigFile.parse(text, name: "f").guardedFiles(configuration: "/c.yaml")
        #expect(
            Set(files.map(\.path)) == ["/c.yaml", "/t", "/p", "/g", "/l1", "/l2", "/etc/hosts", "/run/a", "/run/b"])
        #expect(Set(files.filter { $0.role == .credentials }.map(\.path)) == ["/t", "/p"])
        #expect(Set(files.filter(\.isReloaded).map(\.path)) == ["/p", "/g", "/l1", "/l2", "/etc/hosts"])
    }

    @Test func `files that are not there are nobody's matter here`() {
        #expect(FileReport.look(at: [GuardedFile(path: "/nonexistent/x", role: .credentials)], user: 0).isEmpty)
    }
}
