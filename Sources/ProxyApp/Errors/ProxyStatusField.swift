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
        let system = report.errno.map { " \($0)." } ?? ""
        writer.append("; details=")
        StructuredField.append(
            string: "\(facts.token): \(report.kind.meaning)\(system) Request \(report.id)", to: &writer)
        writer.appendCRLF()
    }
}
