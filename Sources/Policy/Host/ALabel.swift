/// International labels in their ASCII form, `xn--` and Punycode. RFC 5890 2.3.2.1, RFC 3492.
///
/// Only the form is checked: which characters a registry takes is its own affair.
enum ALabel {
    /// Does the label begin with `xn--`, in whatever case?
    static func hasPrefix(_ bytes: UnsafeRawBufferPointer, _ label: Range<Int>) -> Bool {
        let first = label.lowerBound
        return label.count >= 4 && bytes[first] | 0x20 == 0x78 && bytes[first + 1] | 0x20 == 0x6e
            && bytes[first + 2] == 0x2d && bytes[first + 3] == 0x2d
    }

    /// Does what follows `xn--` decode to something that needs it?
    static func isValid(_ bytes: UnsafeRawBufferPointer, _ label: Range<Int>) -> Bool {
        let code = label.dropFirst(4).map { byte in
            bytes[byte] >= 0x41 && bytes[byte] <= 0x5a ? bytes[byte] | 0x20 : bytes[byte]
        }
        return Punycode.decode(code)?.contains { $0 >= 0x80 } ?? false
    }
}
