extension ConfigSchema {
    /// Whom the proxy serves, and where they may go.
    static let access = [
        ConfigEntry(
            "access", "clients", \.access.clients, .clientNetworks,
            "Networks of clients that are served, others get 403; `auto` is all, and needs logins where other machines can "
                + "reach the proxy"),
        ConfigEntry(
            "access", "rules", \.access.rules, .accessRules,
            "The first rule decides all of whose conditions hold; without one the default for the listeners decides"),
        ConfigEntry(
            "access", "lists", \.access.lists, .accessLists,
            "Files of names (domains, or lines of hosts files) or networks, for rules that say `list:NAME`; read anew when "
                + "they change"),
        ConfigEntry(
            "access", "utc_offset", \.access.utcOffsetMinutes, .utcOffsetMinutes,
            "Where the clocks stand that the times of rules are meant for"),
        ConfigEntry(
            "access", "nat64_prefixes", \.access.nat64Prefixes, .nat64Prefixes,
            "Prefixes of NAT64 translators in this network, besides `64:ff9b::/96`: what is behind them is judged by the IPv4 "
                + "address inside"),
    ]
}
