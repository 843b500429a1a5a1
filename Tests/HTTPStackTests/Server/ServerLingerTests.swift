import Engine
import TestSupport
import Testing

@testable import HTTPStack

/// What is still read behind an answer that ends the connection.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ServerLingerTests {
    /// Where a body was to be spliced to, gone before it came.
    private final class GoneSink: SpliceSink {
        var spliceSocket: Socket? { nil }
        var spliceRemaining: Int64 { 0 }
        func spliced(_ count: Int64) {}
    }

    /// SAFETY: `@unchecked Sendable`: touched on the server's loop alone.
    private final class Upload: @unchecked Sendable {
        var response: ServerResponse?
        var bytes = 0
    }

    @Test func restOfASplicedUploadIsReadBehindAnEarlyAnswer() async throws {
        let upload = Upload()
        let sink = GoneSink()
        // The drain's deadline must not be what ends the connection.
        let rig = try ServerRig {
            $0.drainMs = 600_000
        } setUp: { server in
            server.onRequest = { message, response in
                upload.response = response
                message.onData = { upload.bytes += $0.count }
                message.splice(to: sink, fromBytes: 1)
                message.resume()
            }
        }
        let client = try rig.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhello")
        #expect(await rig.until { _ in upload.bytes == 5 })
        _ = await rig.on { _ in
            try? upload.response?.writeHead(502, headers: ["Connection": "close"])
            upload.response?.end("No.")
            upload.response = nil
        }
        client.send(String(repeating: "x", count: 50_000))
        client.finish()
        #expect(await rig.until { $0.connectionCount == 0 })
        #expect(client.receiveText()?.contains("\r\nNo.\r\n") == true)
        await rig.close()
    }
}
