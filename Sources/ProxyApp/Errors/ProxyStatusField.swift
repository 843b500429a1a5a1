import HTTPWire

/// Writes the Proxy-Status field of an answer that the proxy itself makes. RFC 9209 2.
///
/// `proxyd; error=dns_error; rcode="NXDOMAIN"; details="dns_nxdomain: The name does not exist. Request k3f9-72mz-x0qp"`.
/// Nothing in it comes from the request: `details` is made of our own words, and the system's for an errno. It is not added
/// to what origins answer: their answers go on as they are, and a line for each would tell nobody anything.
struct ProxyStatusField {
    /// Who speaks: the name that Via has, or the program's.
    let name: String

    /// Appends the whole field line.
    func append(_ report: FailureReport, to writer: inout HeadWriter) {
        let facts = report.kind.facts
        writer.append("Proxy-Status: ")
        StructuredField.append(tokenOrString: name, to: &writer)
        writer.append("; error=")
        facts.type.rawValue.utf8.withContiguousStorageIfAvailable { writer.append(UnsafeRawBufferPointer($0)) }
        if let rcode = report.kind.rcode {
            writer.append("; rcode=\"")
            writer.append(rcode)
            writer.append("\"")
        }
        if facts.type == .httpRequestError {
            writer.append("; status-code=")
            writer.append(decimal: Int64(facts.status))
        }
        writer.append("; details=")
        var details = StructuredString(to: &writer)
        details.append(facts.token, to: &writer)
        details.append(": ", to: &writer)
        details.append(report.kind.meaning, to: &writer)
        if let errno = report.errno { details.append(" \(errno).", to: &writer) }
        details.append(" Request ", to: &writer)
        report.id.withBytes { details.append($0, to: &writer) }
        details.end(&writer)
        writer.appendCRLF()
    }
}
