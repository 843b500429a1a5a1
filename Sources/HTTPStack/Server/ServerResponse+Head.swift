import Engine
import HTTPWire

extension ServerResponse {
    /// Sends the head as it stands. `knownLength` is that of the whole body, where it is at hand.
    func writeImplicitHead(knownLength: Int64?) {
        guard let connection, let socket = connection.socket, !headersSent else { return }
        if !Self.isFinal(statusCode) { replaceIllegalStatus() }
        let draft = self.draft
        var facts = ResponsePlan.Facts()
        facts.status = statusCode
        facts.isHEAD = connection.isHeadRequest
        facts.isHTTP10 = connection.isHTTP10
        // Whether the body comes is open when 100 was not sent: only the connection's end tells it from another request.
        facts.mayPersist = mayPersist && !(connection.awaitsContinue && draft?.sentContinue != true)
        facts.knownLength = knownLength
        if let draft { facts.read(draft) }
        let options = connection.server.options
        let plan = ResponsePlan(facts, announcesKeepAlive: options.announcesKeepAlive)
        let date = (draft?.sendDate ?? true) && !facts.removed.contains(.date) && !facts.hasDate
        ResponseHead.write(
            to: socket, statusCode, reason: draft?.statusMessage, draft?.fields ?? [], keeps: plan.keeps
        ) { head in
            plan.write(to: &head)
            if date { head.appendDate(connection.server.date) }
        }
        headWritten(status: statusCode, framing: plan.framing, persist: plan.persists)
    }

    private func replaceIllegalStatus() {
        let status = statusCode
        statusCode = 500
        if let onError = draft?.onError { connection?.server.loop.soon { onError(.illegalStatus(status)) } }
    }
}
