import Policy
import Testing

@Suite struct GroupFileTests {
    private func read(_ text: String) -> GroupFile { Array(text.utf8).withUnsafeBytes { GroupFile(parsing: $0) } }

    @Test func `groups have members, over several lines if need be`() {
        let file = read("\u{feff}# staff\r\nstaff: ann bob\r\n\nadmin:ann\nstaff:\tjos\u{e9}\nempty:\n")
        #expect(file.problems == [] && file.names == ["staff", "admin", "empty"])
        #expect(file.groups(of: "ann") == ["staff", "admin"] && file.groups(of: "jos\u{e9}") == ["staff"])
        #expect(file.groups(of: "eve") == [])
        let members = file.members.sorted { $0.name < $1.name }
        #expect(members.map(\.name) == ["ann", "bob", "jos\u{e9}"])
        #expect(members.map(\.line) == [2, 2, 5], "that which names them first")
    }

    @Test func `every line that is not taken is told with its number`() {
        let file = read("staff\n: ann\nst aff: ann\nok: a:b\nok: \u{1}\nok: ann\n")
        #expect(file.problems.map(\.line) == [1, 2, 3, 4, 5])
        #expect(file.problems.map(\.kind) == [.noColon, .badName, .badName, .badMember, .badMember])
        #expect(file.groups(of: "ann") == ["ok"])
    }

    @Test func `what is not UTF-8 is told, and nothing of the file is repeated`() {
        let bytes: [UInt8] = [0x61, 0x3a, 0x20, 0xff]
        let read = bytes.withUnsafeBytes { GroupFile(parsing: $0) }
        #expect(read.problems.map(\.kind) == [.notUTF8] && read.problems[0].what == "not UTF-8")
    }
}
