import FuzzSupport

/// What the two peers do, in order.
///
/// An input is text with marks: 0xff and a letter begin a step, whatever comes up to the next 0xff is what the step sends. So
/// a mark in the middle of a message is a split point, and a mutation keeps the rest of the script intact.
struct Script {
    enum Step {
        /// `C`, and whatever comes before the first mark.
        case clientSends([UInt8])
        /// `O`: on the origin connection accepted last, or the next one when there is none.
        case originSends([UInt8])
        /// `c`, `o`: FIN.
        case clientEnds
        case originEnds
        /// `X`, `x`: RST.
        case clientResets
        case originResets
        /// `T`: one second; `t`: a minute and a second. Nothing happens but what waits for that moment.
        case timePasses(ms: UInt64)
    }

    private(set) var steps: [Step] = []

    /// Steps beyond the sixteenth are left out.
    init(_ bytes: [UInt8]) {
        for (index, part) in bytes.split(separator: 0xff, omittingEmptySubsequences: false).prefix(17).enumerated() {
            let text = index == 0 ? Array(part) : Array(part.dropFirst())
            switch index == 0 ? 0x43 : part.first {
            case 0x4f: steps.append(.originSends(text))
            case 0x63: steps.append(.clientEnds)
            case 0x6f: steps.append(.originEnds)
            case 0x58: steps.append(.clientResets)
            case 0x78: steps.append(.originResets)
            case 0x54: steps.append(.timePasses(ms: 1_000))
            case 0x74: steps.append(.timePasses(ms: 61_000))
            default: if !text.isEmpty { steps.append(.clientSends(text)) }
            }
        }
    }
}
