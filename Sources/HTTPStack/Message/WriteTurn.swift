/// How long a program that writes as long as it may keeps the loop for itself.
///
/// The kernel may take what it writes as fast as it comes, when the peer is on the same machine, say: then nothing else would
/// ever tell the program to stop.
enum WriteTurn {
    /// Bytes of one message after which `write` returns false once, and `onDrain` follows when others had their turn.
    static let bytes = 262_144
}
