import ProxyApp
import Testing

@Suite(.enabled(if: BuiltProgram.exists, "proxyd was not built beside the tests"))
struct ConfigCommandLineTests {
    @Test func `good input is answered on standard output with status 0`() throws {
        let version = try BuiltProgram.run("--version")
        #expect(version == BuiltProgram.Outcome(status: 0, output: "proxyd \(Version.current)\n", error: ""))
        let environment = try BuiltProgram.run("env", "--listen", "unix:/s", "--listen", ":99", "--shell", "fish")
        #expect(environment.status == 0)
        #expect(environment.output.contains("set -gx HTTPS_PROXY 'http://127.0.0.1:99'\n"))
    }

    @Test func `bad input is answered on standard error with status 2`() throws {
        let check = try BuiltProgram.run("check", "/nonexistent.yaml")
        #expect(check.status == 2)
        #expect(check.output == "")
        #expect(check.error.hasPrefix("/nonexistent.yaml: cannot be read: No such file or directory; "))
        let option = try BuiltProgram.run("--listen", "3128", "--admin", "x")
        #expect(option.status == 2)
        #expect(option.error.split(separator: "\n").map { $0.prefix(9) } == ["--listen:", "--admin: "])
        #expect(try BuiltProgram.run("--no-such-option").status == 2)
    }

    @Test func `health asks the admin listener and believes only a 200`() throws {
        let listener = try ConfigTestListener()
        let good = try BuiltProgram(["health", "--admin", "127.0.0.1:\(listener.port)"])
        // In two pieces: the status line need not come at once.
        let request = try listener.answerOne(["HTTP/1.1 2", "00 OK\r\nContent-Length: 0\r\n\r\n"])
        #expect(request == "GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(good.finish() == BuiltProgram.Outcome(status: 0, output: "", error: ""))

        let bad = try BuiltProgram(["health", "--admin", "127.0.0.1:\(listener.port)"])
        _ = try listener.answerOne(["HTTP/1.1 503 Draining\r\n\r\n"])
        let outcome = bad.finish()
        #expect(outcome.status == 1)
        #expect(outcome.error == "127.0.0.1:\(listener.port): answered `HTTP/1.1 503 Draining`\n")
    }

    @Test func `health fails when nobody listens`() throws {
        let outcome = try BuiltProgram.run("health", "--admin", "unix:/nonexistent/admin.sock")
        #expect(outcome.status == 1)
        #expect(outcome.error == "unix:/nonexistent/admin.sock: cannot connect: No such file or directory\n")
        #expect(try BuiltProgram.run("health", "--admin", "off").status == 2)
    }
}
