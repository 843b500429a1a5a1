import Engine
import HTTPWire

/// What programs with closures ask of the connection; a server with a delegate never comes here.
extension ServerConnection: SocketCarrier {
    func destroySocket() { fail(.stopped) }

    private var madeWatch: ConnectionWatch {
        if let watch { return watch }
        let made = ConnectionWatch(self, server.loop)
        watch = made
        return made
    }

    /// Inactivity is reported after so many milliseconds; 0 for never.
    func setTimeout(_ msecs: Int) {
        guard socket != nil, msecs > 0 || watch != nil else { return }
        madeWatch.setTimeout(msecs)
    }

    /// The response has been written whole: who asked for it hears when it is out.
    func report(_ response: ServerResponse, _ draft: ResponseDraft) {
        guard let socket, response.delegate == nil else { return }
        watch?.touch()
        if draft.onFinish != nil || draft.onClose != nil {
            madeWatch.add(response, socket)
        } else {
            _ = response.takeEnd(isOut: true)
        }
    }

    /// May the program write more? Its small writes are gathered; one that writes until it is told to stop must come to know,
    /// and must stop now and then for a client that reads as fast, too: others wait for the loop.
    func programWrote(_ count: Int, _ response: ServerResponse, _ socket: Socket) -> Bool {
        if socket.queuedBytes > Self.gatheredOutputBytes { socket.flush() }
        watch?.touch()
        guard !socket.isBlocked else { return false }
        let draft = response.madeDraft
        draft.turnBytes += count
        if draft.turnBytes >= WriteTurn.bytes {
            draft.turnBytes = 0
            if !draft.isDrainDue {
                draft.isDrainDue = true
                server.loop.soon { response.turnOver() }
            }
        }
        return !draft.isDrainDue
    }

    /// Does the client perhaps wait for 100 (Continue) before it sends the body?
    var awaitsContinue: Bool {
        guard let message = exchange?.message else { return false }
        return !message.isComplete && message.head.expectsContinue && message.head.versionMinor >= 1
    }

    /// No byte moved for the time that was set. Everyone who listens is told, in Node's order: the request, unless it is
    /// complete, the response, the server. If nobody listens, the connection is cut off.
    func inactive() {
        guard let socket else { return }
        var isHeard = false
        if let exchange, lifecycle.phase == .exchange {
            let (message, response) = (exchange.message, exchange.response)
            if !lifecycle.requestEnded, let onTimeout = message.onTimeout {
                isHeard = true
                onTimeout()
            }
            if !response.isFinished, let onTimeout = response.onTimeout {
                isHeard = true
                onTimeout()
            }
        }
        if let onTimeout = server.onTimeout {
            isHeard = true
            onTimeout(socket)
        }
        if !isHeard, self.socket === socket { fail(.gone(.timedOut)) }
    }

    /// Gives the socket to the program, which has to let it flow.
    func giveAway(_ body: (Socket, UnsafeRawBufferPointer) throws -> Void) {
        let server = server
        handOver { socket, early, clientEnded in
            // An end that was read already is read again by whoever comes next.
            if clientEnded { socket.readSoon() }
            // Until then nothing may call for it turn after turn.
            socket.pauseReading()
            do { try body(socket, early) } catch {
                socket.destroy()
                server.onHandlerError?(error)
            }
        }
    }
}
