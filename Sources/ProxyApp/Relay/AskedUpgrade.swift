import HTTPWire

/// What a request's Upgrade fields ask for, kept to hold the origin's 101 against it.
struct AskedUpgrade {
    private let protocols = ByteStore(capacity: 64)

    /// Keeps what `head` asks for. False when there is nothing to pass on: see ``UpgradeRule``.
    mutating func remember(_ head: MessageHead) -> Bool {
        guard head.hasUpgrade, head.connection.contains(.upgrade) else { return false }
        protocols.reset()
        for line in head.fields where line.id == .upgrade {
            protocols.append(head.bytes(line.value))
            protocols.append(byte: 0x2c)
        }
        return UpgradeRule.mayPass(protocols.bytes)
    }

    /// Does a 101 name what was asked for, and nothing else?
    func isMet(by head: MessageHead) -> Bool {
        head.hasUpgrade
            && head.fields.allSatisfy {
                $0.id != .upgrade || UpgradeRule.isMet(asked: protocols.bytes, answered: head.bytes($0.value))
            }
    }
}
