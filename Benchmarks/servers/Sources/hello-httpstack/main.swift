import Engine
import HTTPStack

guard let port = UInt16(CommandLine.arguments.dropFirst().first ?? "") else {
    fatalError("usage: hello-httpstack PORT (a free port of the loopback address)")
}
let isAsync = CommandLine.arguments.contains("async")
try HTTP.run {
    let server = HTTP.createServer { _, response in
        try response.setHeader("Content-Type", "text/plain")
        response.end("hello world\n")
    }
    if isAsync {
        server.handle { _, response in
            try response.setHeader("Content-Type", "text/plain")
            response.end("hello world\n")
        }
    }
    server.listen(port, "127.0.0.1", backlog: 4096)
}
