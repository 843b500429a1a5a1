import NIOCore
import NIOTunnel

try RelayServer.run { channel in
    try channel.pipeline.syncOperations.addHandler(FrontHandler())
}
