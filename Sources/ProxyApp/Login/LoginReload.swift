/// Decides when files that are looked at now and then are read again: when they have changed, and stayed the same for one look.
///
/// A file that is being written in place is in pieces for a moment; it is given the time between two looks. Pure.
struct LoginReload: Sendable {
    /// The files as they were when they were last read, or refused.
    private var handled: [FileStamp?]
    /// The change that was seen at the last look.
    private var seen: [FileStamp?]?

    /// The files were read with these stamps.
    init(_ stamps: [FileStamp?]) { handled = stamps }

    /// The files look like this now. Are they to be read? What comes of it, a change is handled once.
    mutating func looked(_ stamps: [FileStamp?]) -> Bool {
        guard stamps != handled else {
            seen = nil
            return false
        }
        guard stamps == seen else {
            seen = stamps
            return false
        }
        handled = stamps
        seen = nil
        return true
    }
}
