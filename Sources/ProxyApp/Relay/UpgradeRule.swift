/// Which upgrades are passed on.
///
/// The rule: an Upgrade field goes to the origin as it is, whatever protocol it names (`websocket` and the unknown alike),
/// unless it names one that is for this hop alone: `h2c`, `HTTP/x` or `TLS/x`. Such a field is dropped whole, and the request
/// stays HTTP/1.1. Bytes flow freely only after the origin's 101, and only if that names protocols that were asked for.
enum UpgradeRule {
    /// May this field value be passed on?
    static func mayPass(_ value: UnsafeRawBufferPointer) -> Bool {
        var isAny = false
        let isFit = FieldText.allMembers(of: value) { name in
            isAny = true
            return !FieldText.equal(name, "h2c") && !FieldText.equal(name, "h2") && !FieldText.hasPrefix(name, "http/")
                && !FieldText.hasPrefix(name, "tls/")
        }
        return isAny && isFit
    }

    /// Does the answer name only protocols that were asked for, and at least one? RFC 9110 7.8.
    static func isMet(asked: UnsafeRawBufferPointer, answered: UnsafeRawBufferPointer) -> Bool {
        var isAny = false
        let isFit = FieldText.allMembers(of: answered) { name in
            isAny = true
            return !FieldText.allMembers(of: asked) { !FieldText.equal($0, name) }
        }
        return isAny && isFit
    }
}
