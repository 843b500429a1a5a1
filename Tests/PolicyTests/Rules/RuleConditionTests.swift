import Policy
import Testing

@Suite struct RuleConditionTests {
    @Test(arguments: [
        ("example.com", "example.com", true), ("example.com", "a.example.com", false),
        (".example.com", "example.com", true),
        (".example.com", "a.b.example.com", true), (".example.com", "badexample.com", false),
        ("*.example.com", "example.com", false),
        ("*.example.com", "a.b.example.com", true), ("*.Example.COM.", "a.example.com", true), ("*.com", ".com", false),
    ])
    func `patterns match by whole labels`(text: String, name: String, isMatch: Bool) {
        #expect(pattern(text).matches(name) == isMatch)
    }

    @Test(arguments: [
        ("*", NamePatternError.everything), ("a.*.com", .starInside), ("*a.com", .starInside), ("10.0.0.1", .address),
        ("[::1]", .address), ("*.1.2.3.4", .address), ("a..b", .host(.emptyLabel)), ("", .host(.empty)),
        ("0x7f.1", .host(.addressInDisguise(IPAddress(ipv4: 0x7f00_0001)))),
    ])
    func `what is no pattern is refused with a reason`(text: String, error: NamePatternError) {
        #expect(throws: error) { try NamePattern(parsing: text) }
    }

    @Test func `covering and overlapping agree with matching`() {
        let names = ["a.b.c", "b.c", "c", "x.b.c", "x.c", "y"]
        let patterns = ["a.b.c", "b.c", ".b.c", "*.b.c", ".c", "*.c", "y"].map { pattern($0) }
        for one in patterns {
            for other in patterns {
                let both = names.filter { one.matches($0) && other.matches($0) }
                if !both.isEmpty { #expect(one.overlaps(other), "\(one) \(other)") }
                if one.covers(other) {
                    #expect(names.allSatisfy { one.matches($0) || !other.matches($0) }, "\(one) \(other)")
                }
                if names.allSatisfy({ one.matches($0) || !other.matches($0) }) {
                    #expect(one.covers(other), "\(one) \(other)")
                }
            }
        }
    }

    @Test func `ports are read one by one and as ranges`() throws {
        let ports = try #require(PortSet(parsing: ["443", "8000-8099"]))
        #expect(ports.contains(443) && ports.contains(8099) && !ports.contains(8100))
        #expect(ports.description == "443, 8000-8099")
        for bad in ["", "-", "1-", "-1", "2-1", "65536", "1-2-3", "+1", "1 ", "0x1"] {
            #expect(PortSet(parsing: [bad]) == nil, "\(bad)")
        }
    }

    @Test func `ranges that touch cover what spans them`() {
        #expect(PortSet([10...20, 1...9, 15...30]).covers(PortSet([5...30])))
        #expect(!PortSet([1...9, 11...20]).covers(PortSet([9...11])))
        #expect(PortSet([0...UInt16.max]).covers(PortSet([0...UInt16.max])))
    }

    @Test(arguments: [
        (Int64(0), 0, 3, 0), (-60, 0, 2, 1439), (-1, 0, 2, 1439), (1_700_000_000, 0, 1, 1333),
        (1_700_000_000, 120, 2, 13),
        (1_700_000_000, -1440, 0, 1333),
    ])
    func `a moment is a minute of the week east or west of UTC`(seconds: Int64, offset: Int, day: Int, minute: Int) {
        let now = WeekMinute(unixSeconds: seconds, offsetMinutes: offset)
        #expect(now.day == day && now.minuteOfDay == minute)
    }

    @Test(arguments: [
        ("mon-fri 08:00-18:00", "mon,tue,wed,thu,fri 08:00-18:00"), ("sat-mon", "mon,sat,sun 00:00-24:00"),
        ("22:00-06:00", "mon,tue,wed,thu,fri,sat,sun 22:00-06:00"), ("Wed,Fri 00:00-24:00", "wed,fri 00:00-24:00"),
    ])
    func `windows are read as people write them`(text: String, canonical: String) {
        #expect(TimeWindow(parsing: text)?.description == canonical)
    }

    @Test(arguments: [
        "", "mo", "mon 8-9", "mon 08:00", "24:00-01:00", "08:60-09:00", "mon tue 01:00-02:00", "08:00-00:00", "mon,",
        "08:00-25:00",
    ])
    func `what is no window is refused`(text: String) {
        #expect(TimeWindow(parsing: text) == nil)
    }
}
