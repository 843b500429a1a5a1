import HTTPWire

extension MessageHead {
    /// Does Proxy-Connection say keep-alive, in any case?
    var asksProxyToPersist: Bool {
        guard let index = firstIndex(of: .proxyConnection) else { return false }
        return bytes(self[index].value).elementsEqual("keep-alive".utf8) { $0 | 0x20 == $1 }
    }

    /// Seconds in `Keep-Alive: timeout=N`, or nil when the field or the parameter is missing or odd.
    var keepAliveTimeoutS: Int64? {
        guard let index = firstIndex(of: .keepAlive) else { return nil }
        let value = bytes(self[index].value)
        let name: StaticString = "timeout="
        let length = name.utf8CodeUnitCount
        guard value.count > length else { return nil }
        search: for start in 0...(value.count - length - 1) {
            for offset in 0..<length where value[start + offset] | 0x20 != name.utf8Start[offset] | 0x20 {
                continue search
            }
            var seconds: Int64 = 0
            for byte in value[(start + length)...] {
                guard byte >= 48, byte <= 57, seconds < 1_000_000 else { break }
                seconds = seconds * 10 + Int64(byte - 48)
            }
            return seconds
        }
        return nil
    }
}
