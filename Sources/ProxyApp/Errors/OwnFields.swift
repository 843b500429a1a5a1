import HTTPStack

extension ServerResponse {
    /// Sets fields of an answer that the proxy itself makes, before its head is sent: constants, or numbers, never what came
    /// from outside, and so legal.
    func setOwnFields(_ fields: HeaderFields) {
        do throws(OutgoingError) {
            for field in fields { try setHeader(field.name, field.value) }
        } catch {
            preconditionFailure("a field of the proxy's own answer: \(error)")
        }
    }
}
