extension ValueForm<[AccessList]> {
    /// Lists by name, each with its files and format.
    static var accessLists: ValueForm {
        let range = "`NAME: {files: [/path], format: names}` each, format names or networks"
        return ValueForm(
            type: "lists", range: range,
            write: { lists in "{\(lists.map(AccessListForm.write).joined(separator: ", "))}" },
            read: { node throws(NodeProblems) in
                guard case .map(let pairs, _) = node else {
                    throw NodeProblems(node.position, "\(node.kindName) where lists belong", "write \(range)")
                }
                var lists: [AccessList] = []
                var problems: [NodeProblems.One] = []
                for pair in pairs {
                    do throws(NodeProblems) {
                        let list = try AccessListForm.read(pair)
                        if lists.contains(where: { $0.name == list.name }) {
                            throw NodeProblems(pair.position, "`\(list.name)` is there twice", "remove one of them")
                        }
                        lists.append(list)
                    } catch { problems += error.all }
                }
                guard problems.isEmpty else { throw NodeProblems(problems) }
                return lists
            })
    }
}

/// One list of the configuration file: reading and writing.
enum AccessListForm {
    private static let files = ValueForm.absolutePath.several(64)
    private static let format = ValueForm<AccessList.Format>.word
    private static let example = "write `{files: [/etc/proxyd/ads.txt], format: names}`"

    static func read(_ pair: ConfigNode.Pair) throws(NodeProblems) -> AccessList {
        guard let name = pair.key, !name.isEmpty, name.utf8.count <= 64 else {
            throw NodeProblems(pair.position, "a list without a name", "write `NAME: {files: [/path]}`")
        }
        guard case .map(let parts, _) = pair.value else {
            throw NodeProblems(pair.value.position, "\(name): \(pair.value.kindName) where files belong", example)
        }
        var list = AccessList(name: name, files: [])
        list.place = AccessPlace(pair.position)
        for part in parts {
            switch part.key {
            case "files": list.files = try files.read(part.value)
            case "format": list.format = try format.read(part.value)
            default:
                throw NodeProblems(
                    part.position, "\(name): `\(part.key ?? "")` is nothing that a list has",
                    "a list has files and format")
            }
        }
        guard !list.files.isEmpty else { throw NodeProblems(pair.position, "\(name): no files", example) }
        return list
    }

    static func write(_ list: AccessList) -> String {
        let paths = list.files.map(AccessText.quoted).joined(separator: ", ")
        return "\(AccessText.quoted(list.name)): {files: [\(paths)], format: \(list.format.rawValue)}"
    }
}
