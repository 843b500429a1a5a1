import HTTPWire

/// Reads a connection's bytes as a proxy does, message after message, and writes down what they mean. However the bytes are
/// cut up on their way in, what is written down must be the same.
struct StreamReplay {
    /// What was read. Neighbouring payload is one event: how it came in pieces is no part of its meaning.
    enum Event: Equatable {
        case head(ParsedHead)
        case payload([UInt8])
        case trailers(ParsedHead)
        case messageEnded
        case headRefused(HeadError)
        case framingRefused(FramingError)
        case chunkRefused(ChunkError)
        case trailersRefused(HeadError)
    }

    private enum Stage: Equatable {
        case head
        case length(Int64)
        case chunks
        case trailers
        /// Until the stream ends, or a tunnel's bytes.
        case opaque
        case refused
    }

    private(set) var events: [Event] = []
    private var stage = Stage.head
    private var pending: [UInt8] = []
    private let isRequest: Bool
    private var parser: HeadParser
    private var trailerParser = HeadParser(kind: .trailers)
    private var decoder = ChunkedDecoder()
    private let head: MessageHead

    /// `head` is scratch that may be used again by the next replay.
    init(_ kind: HeadParser.Kind, head: MessageHead) {
        isRequest = kind == .request
        parser = HeadParser(kind: kind)
        self.head = head
    }

    /// The reason of the refusal that ended the reading, if one did.
    var refusal: String? {
        switch events.last {
        case .headRefused(let error), .trailersRefused(let error): error.reason.description
        case .framingRefused(let error): error.reason.description
        case .chunkRefused(let error): error.reason.description
        default: nil
        }
    }

    /// Reads on with the next piece.
    mutating func feed(_ piece: ArraySlice<UInt8>) {
        pending += piece
        while !pending.isEmpty, stage != .refused, step() {}
    }

    /// One step; false when it needs more bytes.
    private mutating func step() -> Bool {
        switch stage {
        case .head: return readHead()
        case .length(let count):
            let taken = Int(min(count, Int64(pending.count)))
            take(payload: 0..<taken)
            stage = .length(count - Int64(taken))
            if count == Int64(taken) { endMessage() }
            return true
        case .chunks: return readChunks()
        case .trailers: return readTrailers()
        case .opaque:
            take(payload: 0..<pending.count)
            return false
        case .refused: return false
        }
    }

    private mutating func readHead() -> Bool {
        let outcome: Result<(ParsedHead, Result<BodyFraming, FramingError>)?, HeadError> = withBytes(pending) { bytes in
            do throws(HeadError) {
                guard case .complete(let count) = try parser.parse(bytes, into: head) else { return .success(nil) }
                return .success((ParsedHead(head, consumed: count), framing()))
            } catch {
                return .failure(error)
            }
        }
        switch outcome {
        case .success(nil): return false
        case .success((let parsed, let framing)?):
            pending.removeFirst(parsed.consumed)
            events.append(.head(parsed))
            begin(framing, isTunnel: isRequest ? parsed.method == .connect : parsed.status == 101)
            return true
        case .failure(let error):
            refuse(.headRefused(error))
            return false
        }
    }

    private func framing() -> Result<BodyFraming, FramingError> {
        do throws(FramingError) {
            return .success(try isRequest ? Framing.ofRequest(head) : Framing.ofResponse(head, to: .get))
        } catch {
            return .failure(error)
        }
    }

    private mutating func begin(_ framing: Result<BodyFraming, FramingError>, isTunnel: Bool) {
        switch framing {
        case .failure(let error): refuse(.framingRefused(error))
        case .success where isTunnel: stage = .opaque
        case .success(.none), .success(.length(0)): endMessage()
        case .success(.length(let count)): stage = .length(count)
        case .success(.untilClose): stage = .opaque
        case .success(.chunked):
            decoder.reset()
            stage = .chunks
        }
    }

    private mutating func readChunks() -> Bool {
        let outcome: Result<ChunkedDecoder.Step, ChunkError> = withBytes(pending) { bytes in
            do throws(ChunkError) { return .success(try decoder.next(bytes, from: 0)) } catch { return .failure(error) }
        }
        switch outcome {
        case .success(.data(let range)): take(payload: range)
        case .success(.needMore(let consumed)): pending.removeFirst(consumed)
        case .success(.trailers(let consumed)):
            pending.removeFirst(consumed)
            trailerParser.reset()
            stage = .trailers
        case .failure(let error): refuse(.chunkRefused(error))
        }
        return true
    }

    private mutating func readTrailers() -> Bool {
        let outcome: Result<ParsedHead?, HeadError> = withBytes(pending) { bytes in
            do throws(HeadError) {
                guard case .complete(let count) = try trailerParser.parse(bytes, into: head) else {
                    return .success(nil)
                }
                return .success(ParsedHead(head, consumed: count))
            } catch {
                return .failure(error)
            }
        }
        switch outcome {
        case .success(nil): return false
        case .success(let parsed?):
            pending.removeFirst(parsed.consumed)
            events.append(.trailers(parsed))
            endMessage()
        case .failure(let error): refuse(.trailersRefused(error))
        }
        return true
    }

    private mutating func take(payload range: Range<Int>) {
        if case .payload(let before)? = events.last {
            events[events.count - 1] = .payload(before + pending[range])
        } else {
            events.append(.payload(Array(pending[range])))
        }
        pending.removeFirst(range.upperBound)
    }

    private mutating func endMessage() {
        events.append(.messageEnded)
        stage = .head
    }

    private mutating func refuse(_ event: Event) {
        events.append(event)
        stage = .refused
        // Where the refusal was noticed may depend on the pieces; that nothing behind it is read may not.
        pending.removeAll()
    }
}
