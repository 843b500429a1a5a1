/// The files of a configuration that others must not write, or not even read.
extension Settings {
    /// All of them; `configuration` is the file that the settings came from.
    func guardedFiles(configuration: String?) -> [GuardedFile] {
        var files = [configuration].compactMap { $0 }.map { GuardedFile(path: $0, role: .configuration) }
        if let adminTokenFile { files.append(GuardedFile(path: adminTokenFile, role: .credentials)) }
        if let path = authentication.passwordFile {
            files.append(GuardedFile(path: path, role: .credentials, isReloaded: true))
        }
        for path in [authentication.groupFile, dns.hostsFile].compactMap({ $0 }) + access.lists.flatMap(\.files) {
            files.append(GuardedFile(path: path, role: .configuration, isReloaded: true))
        }
        for case .unix(let path, _) in listen + [admin].compactMap({ $0 }) {
            files.append(GuardedFile(path: FileReport.folder(of: path), role: .socketFolder))
        }
        return files
    }
}
