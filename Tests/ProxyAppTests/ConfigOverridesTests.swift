import ProxyApp
import Testing

@Suite struct ConfigOverridesTests {
    @Test func `options replace what the file says`() {
        let read = settings(
            of: "listen: [127.0.0.1:1, 127.0.0.1:2]\nadmin: 127.0.0.1:3\nloops: 4",
            overrides: ConfigOverrides(listen: [":80", "unix:/s"], admin: "off", loops: "2"))
        #expect(read?.listen == [.everywhere(port: 80), .unix(path: "/s", mode: nil)])
        #expect(read?.admin == .some(nil))
        #expect(read?.loops == 2)
    }

    @Test func `options alone stand on the defaults`() throws {
        var expected = Settings()
        expected.listen = [.ipv6(host: "::1", port: 8080)]
        #expect(try ConfigFile.defaults(overrides: ConfigOverrides(listen: ["[::1]:8080"])) == expected)
        #expect(try ConfigFile.defaults() == Settings())
    }

    @Test func `problems of options name the option, after those of the file`() {
        let found = problems(
            in: "loops: x", overrides: ConfigOverrides(listen: ["3128", ":80"], admin: "no", loops: "65"))
        #expect(
            found == [
                "f:1:8: loops: `x` is no whole number; write 0 to 64 (0: one per core)",
                "--listen: `3128` is no listen address; write \"127.0.0.1:3128\", or \":3128\" for all addresses",
                "--admin: `no` is no address; to turn it off write `off`",
                "--loops: `65` is too large; write 0 to 64 (0: one per core)",
            ])
    }

    @Test func `a collision made by an option is blamed on the option`() {
        let found = problems(in: "admin: 127.0.0.1:80", overrides: ConfigOverrides(listen: [":80"]))
        #expect(
            found == [
                "--listen: admin: 127.0.0.1:80 and the listen address :80 take the same port; "
                    + "give the admin listener its own port, or `off`"
            ])
    }

    @Test func `an option can mend a collision in the file`() {
        let overrides = ConfigOverrides(admin: "off")
        #expect(problems(in: "listen: ':80'\nadmin: 127.0.0.1:80", overrides: overrides) == [])
    }
}
