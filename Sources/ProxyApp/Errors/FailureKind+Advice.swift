/// For the person who sees the answer: who can mend it, and how.
extension FailureKind {
    /// Whose fault it is, in a sentence.
    var fault: StaticString {
        switch self {
        case .originForm:
            "Neither the site nor the proxy is broken: the program was given the proxy's address as a site's."
        case .loop: "The proxies on the way are set up in a circle. Neither you nor the site is at fault."
        case .shutdown: "The proxy was stopped. Neither you nor the site is at fault."
        case .ownListener:
            "The address leads back to the proxy itself, which is never useful. The request is the mistake."
        case .dnsNotFound, .dnsNoAddress: "Most likely the address is misspelt, or the site is no more."
        case .dnsBadName: "The address is misspelt: the request is the mistake."
        case .queueTimeout, .queueFull:
            "The site is slower than the requests for it come in. Your request is not the mistake."
        default:
            switch (facts.side, facts.phase) {
            case (_, .access): "The rules of this proxy forbid it: whoever runs it decided so. The site may well be up."
            case (.client, .login): "The proxy does not know who you are. The site may well be up."
            case (.client, .limits): "The proxy bounds what one client may have at a time. The site may well be up."
            case (.client, .requestHead):
                "The request is the mistake, or the program that sent it. The site was not asked."
            case (.client, _): "The request is the mistake, or the program that sent it."
            case (.proxy, _):
                "The proxy has too much to do, or too little to do it with. Your request is not the mistake."
            case (.network, _):
                "The name servers that the proxy asks are at fault, or the way to them. The site may well be up."
            case (.origin, .connect): "The site is at fault, or the network on the way to it. The proxy tried."
            case (.origin, _): "The site is at fault: the proxy reached it. Your request need not be the mistake."
            }
        }
    }

    /// What to try, in a sentence.
    var advice: StaticString {
        switch self {
        case .badRequest, .badHost, .clientBadBody, .badMaxForwards, .unknownExpectation, .unsupportedCoding:
            "Look for an update of the program that you use, or tell its makers."
        case .unsupportedVersion: "Make the program speak HTTP/1.1 to its proxy."
        case .badTarget, .dnsBadName: "Check the address for typing mistakes."
        case .originForm: "Enter the proxy's address in the program's proxy settings, and open the address of the site."
        case .unsupportedScheme: "Use an http:// or https:// address, or reach the site without this proxy."
        case .requestLineTooLong: "Shorten the address; or ask whoever runs the proxy for a larger limits.request_line."
        case .headTooLarge:
            "Delete the site's cookies; or ask whoever runs the proxy for a larger limits.head or limits.fields."
        case .headTimeout, .clientBodyTimeout, .clientWriteTimeout:
            "Try again; if it happens often, look at your connection."
        case .loop: "Tell whoever runs the proxy: each proxy of a chain needs a name of its own (the via setting)."
        case .bodyTooLarge: "Send less at once; or ask whoever runs the proxy for a larger limits.request_body."
        case .clientGone: "Nothing: the client ended it."
        case .shutdown, .dnsCancelled: "Try again in a moment."

        case .clientNetwork: "Use the proxy from one of its networks, or ask whoever runs it."
        case .rule, .guardedPort, .connectPort, .metadata, .notPublic, .denied:
            "If you need it, ask whoever runs the proxy, and tell them the reason and the number below."
        case .ownListener: "Open the address of a site; the proxy's own pages are not reached through it."

        case .loginRequired: "Enter the user name and the password that you have for this proxy."
        case .loginFailed: "Check the user name and the password that you have for this proxy."
        case .loginPaused: "Wait a little, and then check the user name and the password."
        case .loginBusy, .dnsOverload, .dnsResources, .noDescriptors, .noMemory, .connectionLimit:
            "Try again in a moment; if it happens often, tell whoever runs the proxy."

        case .clientConnections, .userConnections: "Close some of what you have open, and try again."
        case .clientTunnels, .userTunnels: "Close some of the pages or programs that you have open, and try again."
        case .clientRequests, .userRequests: "Wait a moment, and try again more slowly."

        case .dnsNotFound, .dnsNoAddress: "Check the address for typing mistakes."
        case .dnsServerFailure, .dnsTimeout, .dnsBadAnswer:
            "Try again in a moment; if other sites fail too, tell whoever runs the proxy."
        case .dnsRefused, .dnsUnreachable: "Tell whoever runs the proxy: its name servers (dns.servers) do not work."

        case .connectRefused:
            "Check the port in the address; if it is right, the site's server is not running: try again later."
        case .connectTimeout: "Try again later; if other sites fail too, tell whoever runs the proxy."
        case .connectFailed: "Try again later; if other sites fail too, the proxy's network is to be looked at."
        case .peerDiffers: "Open the site by its name; an address that stands for another is not gone to."
        case .queueTimeout, .queueFull: "Try again in a moment."
        case .closedEarly, .reset, .responseTimeout, .truncated, .bodyTimeout:
            "Try again; one that must not be done twice may have been done. If it stays so, tell those who run the site."
        case .writeTimeout: "Try again later. If it stays so, tell those who run the site."
        case .badResponse: "Check the port in the address: is there a web server? If so, tell those who run the site."
        case .aborted: "Try again."
        }
    }
}
