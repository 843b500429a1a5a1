import Glibc

guard CommandLine.arguments.count == 2, let port = CInt(CommandLine.arguments[1]), let relay = FloorRelay(port: port)
else {
    print("usage: floor PORT (a free port of the loopback address)")
    exit(2)
}
// splice(2) to a socket that its peer has reset raises it, and has no flag against that.
signal(SIGPIPE, SIG_IGN)
relay.run()
