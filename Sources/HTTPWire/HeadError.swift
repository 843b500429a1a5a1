/// Why a head was refused. The connection cannot be used further: where the head ends is unknown.
public enum HeadError: Error, Equatable, CaseIterable {
    /// The request line exceeds ``HeadLimits/requestLineBytes``.
    case requestLineTooLong
    /// The head exceeds ``HeadLimits/headBytes``.
    case headTooLarge
    /// More field lines than ``HeadLimits/fields``.
    case tooManyFields
    /// More field names in `Connection` than any real sender nominates.
    case tooManyConnectionOptions
    /// The method is empty or has a byte outside `token`.
    case badMethod
    /// The target has a control, a space-like or a non-ASCII byte.
    case badTarget
    /// The version is not `HTTP/` DIGIT `.` DIGIT.
    case badVersion
    /// A well-formed version of another major number.
    case unsupportedVersion
    /// Not exactly method SP target SP version: extra spaces, HTTP/0.9, trailing bytes.
    case badRequestLine
    /// The code is not three digits from 100 up, or what surrounds it is malformed.
    case badStatusLine
    /// CR without LF.
    case bareCR
    /// LF without CR.
    case bareLF
    /// A line that begins with whitespace. RFC 9112 5.2.
    case obsFold
    /// A field line that begins with its colon.
    case emptyFieldName
    /// A field name with a byte outside `token`, such as a space before the colon.
    case badFieldName
    /// A field line that ends before any colon.
    case missingColon
    /// NUL or another control byte in a field value or reason phrase.
    case badFieldValue

    /// One sentence a client's user can act on; constant, safe as a log message.
    public var reason: StaticString {
        switch self {
        case .requestLineTooLong: "The request line is longer than this proxy accepts."
        case .headTooLarge: "The message head is larger than this proxy accepts."
        case .tooManyFields: "The message head has more fields than this proxy accepts."
        case .tooManyConnectionOptions: "The Connection field names more options than this proxy accepts."
        case .badMethod: "The request method is not a token."
        case .badTarget: "The request target contains a byte that must be percent-encoded."
        case .badVersion: "The protocol version is not of the form HTTP/1.1."
        case .unsupportedVersion: "Only HTTP/1.x is spoken here."
        case .badRequestLine: "The request line is not a method, a target and a version with single spaces between."
        case .badStatusLine: "The status line is malformed."
        case .bareCR: "The message head contains a carriage return without a line feed."
        case .bareLF: "The message head contains a line feed without a carriage return."
        case .obsFold: "The message head contains a line that begins with whitespace."
        case .emptyFieldName: "The message head contains a field without a name."
        case .badFieldName: "A field name contains a byte that is not allowed, such as a space before the colon."
        case .missingColon: "The message head contains a line without a colon."
        case .badFieldValue: "A field value contains a control character."
        }
    }

    /// The status to answer a refused request with. A refused response is a 502 instead.
    public var status: Int {
        switch self {
        case .requestLineTooLong: 414
        case .headTooLarge, .tooManyFields, .tooManyConnectionOptions: 431
        case .unsupportedVersion: 505
        default: 400
        }
    }
}
