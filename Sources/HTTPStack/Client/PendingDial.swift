import Engine
import Pool

/// A dial of an agent's that is under way, and whom it is for.
struct PendingDial {
    enum Purpose {
        case pool(OriginRef, WaiterRef)
        /// A connection of this request's own.
        case request(ClientRequest)
    }

    let dial: NameDial
    let purpose: Purpose
    let key: OriginKey
}
