import Engine
import TestSupport
import Testing

@testable import HTTPStack

/// Clients that a server's delegate does not want.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ServerWelcomeTests {
    /// SAFETY: `@unchecked Sendable`: touched on the server's loop alone, once it runs.
    private final class Doorkeeper: ServerDelegate, @unchecked Sendable {
        final class Kept {}

        let welcome: (Kept) -> ClientWelcome
        var ended = 0
        var errors: [Int] = []

        init(_ welcome: @escaping (Kept) -> ClientWelcome) { self.welcome = welcome }

        func server(
            _ server: Server, accepted peer: SocketAddress, _ admission: Listener.Admission
        ) -> ClientWelcome { welcome(Kept()) }

        func server(_ server: Server, ended companion: AnyObject) { ended += 1 }

        func server(_ server: Server, request message: IncomingMessage, response: ServerResponse) {
            answer(response, response.companion is Kept ? 429 : 200)
        }

        func server(_ server: Server, connect message: IncomingMessage, response: ServerResponse) {
            answer(response, 429)
        }

        func server(
            _ server: Server, clientError error: ClientError, message: IncomingMessage, response: ServerResponse
        ) {
            errors.append(error.status)
            answer(response, error.status)
        }

        private func answer(_ response: ServerResponse, _ status: Int) {
            try? response.writeHead(status, headers: ["Connection": "close"])
            response.end("told\n")
        }
    }

    private func rig(_ doorkeeper: Doorkeeper, refusalMs: UInt64 = 60_000) throws -> ServerRig {
        try ServerRig {
            $0.refusalMs = refusalMs
        } setUp: {
            $0.delegate = doorkeeper
        }
    }

    @Test func oneThatIsRefusedHearsItOnItsFirstRequest() async throws {
        let doorkeeper = Doorkeeper { .refuse($0) }
        let rig = try rig(doorkeeper)
        let client = try rig.connect()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.receiveText()?.hasPrefix("HTTP/1.1 429 ") == true)
        client.finish()
        #expect(await rig.until { $0.connectionCount == 0 })
        #expect(await rig.on { _ in doorkeeper.ended } == 1)
        await rig.close()
    }

    @Test(arguments: ["", "GET / HT"])
    func oneThatIsRefusedAndAsksNothingIsToldAsWell(sent: String) async throws {
        let doorkeeper = Doorkeeper { .refuse($0) }
        let rig = try rig(doorkeeper, refusalMs: 10)
        let client = try rig.connect()
        client.send(sent)
        #expect(client.receiveText()?.hasPrefix("HTTP/1.1 503 ") == true)
        client.finish()
        #expect(await rig.until { $0.connectionCount == 0 })
        #expect(await rig.on { _ in doorkeeper.errors } == [503])
        await rig.close()
    }

    @Test func oneThatIsTurnedAwayGetsTheBytesAndNoConnection() async throws {
        let doorkeeper = Doorkeeper { _ in .turnAway(Array("no".utf8)) }
        let rig = try rig(doorkeeper)
        let client = try rig.connect()
        #expect(client.receiveText() == "no")
        #expect(await rig.on { ($0.connectionCount, $0.turnedAway) } == (0, 1))
        #expect(await rig.on { _ in doorkeeper.ended } == 0)
        await rig.close()
    }
}
