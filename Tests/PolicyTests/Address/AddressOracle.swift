import Foundation
import Policy

/// Cases of Tests/PolicyOracle/addresses.py: addresses in many spellings, and what another program makes of them.
enum AddressOracle {
    struct Case {
        let text: String
        let bits: String
        let isPublic: Bool
        let letters: String
        let embedded: [String]
    }

    struct Output {
        var addresses: [Case] = []
        var disguised: [(text: String, meaning: String)] = []
        var broken: [String] = []
    }

    /// The prefixes that the script takes for the operator's.
    static let classifier = AddressClassifier(
        nat64Prefixes: [
            "2a00:1234::/32", "2a00:1235:200::/40", "fd11:2:3::/48", "2a00:1236:4:500::/56", "fd12:1:2:3::/64",
            "2a00:1237:1:2:0:9::/96",
        ].compactMap { (try? IPNetwork(parsing: $0)).flatMap { NAT64Prefix($0) } })

    /// Made once for all tests: 40 000 addresses.
    static let output: Output = {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../PolicyOracle/addresses.py").path
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script, "1", "500"]
        process.standardOutput = pipe
        var output = Output()
        do { try process.run() } catch { return output }
        let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            switch fields[0] {
            case "A":
                output.addresses.append(
                    Case(
                        text: fields[1], bits: fields[2], isPublic: fields[3] == "p", letters: fields[4],
                        embedded: fields[5].split(separator: ",").map(String.init)))
            case "D": output.disguised.append((fields[1], fields[2]))
            default: output.broken.append(fields[1])
            }
        }
        return output
    }()
}
