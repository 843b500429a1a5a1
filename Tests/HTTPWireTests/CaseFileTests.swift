import HTTPWire
import Testing

/// The conformance suite's bytes, given to the parser alone and cut at every index. Over sockets they are cut at some.
@Suite struct CaseFileTests {
    /// Longer streams are cut around their ends only: a cut costs a whole reading.
    static let longestCutEverywhere = 1500

    @Test func casesAreFound() {
        #expect(CaseFile.all.count >= 300)
    }

    @Test(arguments: CaseFile.all)
    func clientBytesMeanTheSameWhereverTheyAreCut(_ file: CaseFile) {
        for stream in file.clientStreams.values { expectSameWhereverCut(stream, .request) }
    }

    @Test(arguments: CaseFile.all)
    func originBytesMeanTheSameWhereverTheyAreCut(_ file: CaseFile) {
        for stream in file.originStreams.values { expectSameWhereverCut(stream, .response) }
    }

    @Test(arguments: CaseFile.all.filter { $0.name.hasPrefix("hostile-request/") })
    func refusalGivesTheReasonThatTheCaseExpects(_ file: CaseFile) throws {
        let stream = try #require(file.clientStreams[1])
        guard let refusal = Self.replay([stream[...]], .request, MessageHead()).refusal else { return }
        #expect(file.text.contains(refusal))
    }

    private func expectSameWhereverCut(_ stream: [UInt8], _ kind: HeadParser.Kind) {
        let head = MessageHead()
        let whole = Self.replay([stream[...]], kind, head)
        let near = 200
        for cut in stream.indices.dropFirst()
        where stream.count <= Self.longestCutEverywhere || cut < near || cut > stream.count - near {
            let events = Self.replay([stream[..<cut], stream[cut...]], kind, head).events
            #expect(events == whole.events, "cut at \(cut)")
        }
        guard stream.count <= Self.longestCutEverywhere else { return }
        let bytewise = Self.replay(stream.indices.map { stream[$0...$0] }, kind, head)
        #expect(bytewise.events == whole.events, "byte by byte")
    }

    private static func replay(
        _ pieces: [ArraySlice<UInt8>], _ kind: HeadParser.Kind, _ head: MessageHead
    ) -> StreamReplay {
        var replay = StreamReplay(kind, head: head)
        for piece in pieces { replay.feed(piece) }
        return replay
    }
}
