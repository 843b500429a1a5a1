/// Which sockets may serve a waiting request, from the least to the most demanding.
enum SocketNeed: UInt8 {
    /// Any free socket within its limit.
    case any
    /// One that was idle less than `nonRetriableMaxIdleMs`, or a new one.
    case recent
    /// One that was dialled and has served nobody.
    case new
}
