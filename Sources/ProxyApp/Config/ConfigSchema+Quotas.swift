/// The keys of `client_limits` and `user_limits`, which are the same.
extension ConfigSchema {
    static let quotas = clientLimits + userLimits

    private static let clientLimits = [
        ConfigEntry(
            "client_limits", "connections", \.clientLimits.connections, places(from: 1),
            "Connections of one address at once, tunnels included (429 on the first request, then closed)"),
        ConfigEntry(
            "client_limits", "tunnels", \.clientLimits.tunnels, places(from: 0), "Tunnels of one address at once (429)"),
        ConfigEntry(
            "client_limits", "requests_per_second", \.clientLimits.requestsPerSecond, places(from: 1),
            "New requests of one address in a second, CONNECT among them (429)"),
        ConfigEntry(
            "client_limits", "burst", \.clientLimits.burst, burst, "How many of them may come at once after a pause"),
        ConfigEntry(
            "client_limits", "bytes_to_origin", \.clientLimits.bytesToOrigin, perSecond,
            "Bytes in a second from one address to origins, bodies and tunnels (read more slowly)"),
        ConfigEntry(
            "client_limits", "bytes_to_client", \.clientLimits.bytesToClient, perSecond,
            "Bytes in a second from origins to one address (read more slowly)"),
    ]

    private static let userLimits = [
        ConfigEntry(
            "user_limits", "connections", \.userLimits.connections, places(from: 1),
            "Connections at once on which one user is logged in, tunnels included (429)"),
        ConfigEntry(
            "user_limits", "tunnels", \.userLimits.tunnels, places(from: 0), "Tunnels of one user at once (429)"),
        ConfigEntry(
            "user_limits", "requests_per_second", \.userLimits.requestsPerSecond, places(from: 1),
            "New requests of one user in a second, CONNECT among them (429)"),
        ConfigEntry(
            "user_limits", "burst", \.userLimits.burst, burst, "How many of them may come at once after a pause"),
        ConfigEntry(
            "user_limits", "bytes_to_origin", \.userLimits.bytesToOrigin, perSecond,
            "Bytes in a second from one user to origins, bodies and tunnels (read more slowly)"),
        ConfigEntry(
            "user_limits", "bytes_to_client", \.userLimits.bytesToClient, perSecond,
            "Bytes in a second from origins to one user (read more slowly)"),
    ]

    private static func places(from least: Int) -> ValueForm<Int?> {
        ValueForm.count(least...1_000_000).orWord("off")
    }

    private static var burst: ValueForm<Int?> { ValueForm.count(1...1_000_000).orWord("auto") }

    private static var perSecond: ValueForm<Int?> { ValueForm.sizeBytes(1_024...1 << 40).orWord("off") }
}
