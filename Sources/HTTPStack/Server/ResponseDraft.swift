/// What a program has said of a response before it is sent, and what it wants to hear of it.
///
/// Made when the first of it is said, so that a response with a delegate, or one without fields of its own, costs nothing for
/// it. Kept with the response for its memory.
final class ResponseDraft {
    private(set) var fields: ContiguousArray<HeaderFields.Field> = []
    /// What the program has removed, and what therefore stays away.
    private(set) var removed: AutomaticFields = []
    var trailers = HeaderFields()
    var statusMessage: String?
    var sendDate = true
    /// A 100 (Continue) was sent.
    var sentContinue = false
    /// Bytes written since the program was last told to stop.
    var turnBytes = 0
    /// It was told to stop for others, and will be told to go on.
    var isDrainDue = false

    var onDrain: (() -> Void)?
    var onFinish: (() -> Void)?
    var onClose: (() -> Void)?
    var onTimeout: (() -> Void)?
    var onError: ((OutgoingError) -> Void)?

    /// Replaces all lines of the name by one for each value, in the place of the first.
    func set(_ name: String, _ value: String) {
        let field = HeaderFields.Field(name: name, value: value)
        removed.remove(.of(name))
        guard let first = index(of: name) else { return fields.append(field) }
        fields[first] = field
        var index = fields.count - 1
        while index > first {
            if HeaderFields.isSame(fields[index].name, name) { fields.remove(at: index) }
            index -= 1
        }
    }

    /// Adds a line behind the others.
    func append(_ name: String, _ value: String) {
        removed.remove(.of(name))
        fields.append(HeaderFields.Field(name: name, value: value))
    }

    /// Replaces those of the names given; several lines of one name in `more` stay several.
    func merge(_ more: HeaderFields) {
        for field in more where index(of: field.name) != nil { drop(field.name) }
        for field in more { append(field.name, field.value) }
    }

    /// Removes all lines of the name; one that would come by itself stays away.
    func remove(_ name: String) {
        drop(name)
        removed.insert(.of(name))
    }

    func index(of name: String) -> Int? { fields.firstIndex { HeaderFields.isSame($0.name, name) } }

    private func drop(_ name: String) { fields.removeAll { HeaderFields.isSame($0.name, name) } }

    /// Forgets the head that was drafted: an error's is to be sent in its place.
    func clearHead() {
        fields.removeAll(keepingCapacity: true)
        removed = []
        trailers.removeAll()
        statusMessage = nil
    }

    func reset() {
        clearHead()
        onDrain = nil
        onFinish = nil
        onClose = nil
        onTimeout = nil
        onError = nil
        sendDate = true
        sentContinue = false
        turnBytes = 0
        isDrainDue = false
    }
}
