import NIOCore
import NIOHTTP1
import NIOTunnel

try RelayServer.run { channel in
    let encoder = HTTPResponseEncoder()
    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
    try channel.pipeline.syncOperations.addHandlers([encoder, decoder, FrontHandler(codec: [encoder, decoder])])
}
