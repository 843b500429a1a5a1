/// Why a host is refused before anything is looked up. All are answered with 400.
public enum HostError: Error, Hashable, Sendable {
    /// No bytes, or only a dot.
    case empty
    /// Over 253 bytes, or a label over 63. RFC 1035 2.3.4.
    case tooLong
    /// Two dots in a row, or one at the start, or more than one at the end.
    case emptyLabel
    /// A byte that no host name has.
    case badByte
    /// Percent-encoding: what it means differs between programs.
    case percentEncoded
    /// Not ASCII: international names come as A-labels (`xn--`), which every client's library makes. RFC 5890 2.3.2.1.
    case notASCII
    /// A label that begins with `xn--` and is not Punycode of something that needs it. RFC 5890 2.3.2.1, RFC 3492.
    case badALabel
    /// What is in the brackets is no IPv6 address, or an IPv6 address is without brackets.
    case badIPv6
    /// A zone id: it names an interface of one machine. RFC 6874.
    case zoneID
    /// The last label is a number and the whole is no address in the ordinary spelling; to inet_aton(3) it is this one.
    case addressInDisguise(IPAddress)
    /// The last label is a number and the whole is no address in any spelling.
    case badIPv4

    /// A stable lowercase word for logs.
    public var token: StaticString {
        switch self {
        case .empty: "empty"
        case .tooLong: "too_long"
        case .emptyLabel: "empty_label"
        case .badByte: "bad_byte"
        case .percentEncoded: "percent_encoded"
        case .notASCII: "not_ascii"
        case .badALabel: "bad_a_label"
        case .badIPv6: "bad_ipv6"
        case .zoneID: "zone_id"
        case .addressInDisguise: "address_in_disguise"
        case .badIPv4: "bad_ipv4"
        }
    }

    /// One sentence that says what to do; nothing in it comes from the request but an address.
    public var reason: String {
        switch self {
        case .empty: "The host is empty."
        case .tooLong: "The host is longer than a name may be."
        case .emptyLabel: "The host has an empty part between or beside its dots."
        case .badByte: "The host contains a character that host names do not have."
        case .percentEncoded: "The host must not be percent-encoded."
        case .notASCII: "The host must be ASCII: write an international name in its xn-- form."
        case .badALabel: "The host has a part that begins with xn-- and is not a valid international name."
        case .badIPv6: "The host is not an IPv6 address in brackets."
        case .zoneID: "The host must not have a zone id."
        case .addressInDisguise(let address): "The host is an unusual spelling of an IPv4 address: write \(address)."
        case .badIPv4: "The host ends in a number and is not an IPv4 address."
        }
    }
}
