/// The record types that a resolver asks for.
enum DNSType: UInt16, Sendable {
    case a = 1
    case cname = 5
    case aaaa = 28
}

/// One record of an answer. `owner` nil is the name that was asked for.
struct DNSRecord: Sendable {
    var owner: String?
    var type: DNSType
    var ttl: UInt32
    var data: [UInt8]

    static func a(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, ttl: UInt32 = 60, owner: String? = nil) -> DNSRecord {
        DNSRecord(owner: owner, type: .a, ttl: ttl, data: [a, b, c, d])
    }

    /// An address below 2001:db8::/32, which is for examples.
    static func aaaa(_ last: UInt8, ttl: UInt32 = 60) -> DNSRecord {
        DNSRecord(type: .aaaa, ttl: ttl, data: [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [last])
    }

    static func cname(_ target: String, ttl: UInt32 = 60) -> DNSRecord {
        DNSRecord(type: .cname, ttl: ttl, data: DNSMessage.encode(target))
    }
}

/// What the scripted server does with a question.
enum DNSReply: Sendable {
    /// Success with these records; none is NODATA.
    case records([DNSRecord])
    /// An empty answer with this RCODE.
    case code(UInt8)
    /// The right header and question, and then bytes that do not parse.
    case garbage
    case silence

    static let nodata = DNSReply.records([])
    static let nxdomain = DNSReply.code(3)
    static let servfail = DNSReply.code(2)
    static let refused = DNSReply.code(5)
}

/// Just enough of RFC 1035 to answer one question.
enum DNSMessage {
    struct Question: Equatable, Sendable {
        var name: String
        var type: UInt16
    }

    /// Reads the question, and where it ends.
    static func question(of query: [UInt8]) -> (question: Question, end: Int)? {
        guard query.count > 12 else { return nil }
        var labels: [String] = []
        var at = 12
        while at < query.count, query[at] != 0 {
            let length = Int(query[at])
            guard length < 64, at + 1 + length < query.count else { return nil }
            labels.append(String(decoding: query[(at + 1)..<(at + 1 + length)], as: UTF8.self))
            at += 1 + length
        }
        guard at + 5 <= query.count else { return nil }
        let type = UInt16(query[at + 1]) << 8 | UInt16(query[at + 2])
        return (Question(name: labels.joined(separator: "."), type: type), at + 5)
    }

    static func encode(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// The answer to `query`, or nil for silence.
    static func answer(_ query: [UInt8], questionEnd: Int, _ reply: DNSReply) -> [UInt8]? {
        var code: UInt8 = 0
        var records: [DNSRecord] = []
        var tail: [UInt8] = []
        switch reply {
        case .silence: return nil
        case .records(let given): records = given
        case .code(let given): code = given
        case .garbage: tail = [0xc0, 0xff, 0xff]
        }
        var message = Array(query[0..<2]) + [0x81, 0x80 | code, 0, 1]
        message += [0, UInt8(records.count + (tail.isEmpty ? 0 : 1)), 0, 0, 0, 0]
        message += query[12..<questionEnd]
        for record in records {
            message += record.owner.map(encode) ?? [0xc0, 12]
            message += [UInt8(record.type.rawValue >> 8), UInt8(record.type.rawValue & 255), 0, 1]
            message += (0..<4).map { UInt8(truncatingIfNeeded: record.ttl >> (24 - 8 * UInt32($0))) }
            message += [0, UInt8(record.data.count)] + record.data
        }
        return message + tail
    }
}
