import Engine
import Glibc
import TestSupport
import Testing

@Suite struct NamedThreadTests {
    private final class Held: Sendable {}

    private static func nameOfThisThread() -> String {
        guard let file = fopen("/proc/thread-self/comm", "r") else { return "" }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 64)
        guard fgets(&line, CInt(line.count), file) != nil else { return "" }
        return String(decoding: line.prefix { $0 != 0 && $0 != 0x0a }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    @Test(arguments: [("short", "short"), ("sixteen-letters-", "sixteen-letters")])
    func `the closure runs under the thread's name`(given: String, kept: String) throws {
        let seen = Shared("")
        let thread = try NamedThread(given) { seen.update { $0 = Self.nameOfThisThread() } }
        thread.join()
        #expect(seen.value == kept)
    }

    @Test func `signals that its maker has blocked are blocked in it`() async throws {
        let isBlocked = Shared<[Bool]>([])
        let maker = try NamedThread("maker") {
            var set = sigset_t()
            sigemptyset(&set)
            sigaddset(&set, SIGUSR2)
            // Nothing else: the threads that tests run on have blocked all sorts of them.
            pthread_sigmask(SIG_SETMASK, &set, nil)
            let made = try? NamedThread("made") {
                var mask = sigset_t()
                pthread_sigmask(SIG_BLOCK, nil, &mask)
                let seen = [SIGUSR2, SIGUSR1].map { [mask] signal in
                    var mask = mask
                    return sigismember(&mask, signal) == 1
                }
                isBlocked.update { $0 = seen }
            }
            made?.join()
        }
        maker.join()
        #expect(isBlocked.value == [true, false])
    }

    @Test func `after the join nothing holds what the closure held`() throws {
        weak var held: Held?
        let thread: NamedThread
        do {
            let made = Held()
            held = made
            thread = try NamedThread("holder") { withExtendedLifetime(made) {} }
        }
        thread.join()
        #expect(held == nil)
    }

    @Test func `a thread that was let go of runs to its end`() async throws {
        let isDone = Shared(false)
        do { _ = try NamedThread("alone") { isDone.update { $0 = true } } }
        #expect(await untilTrue { isDone.value })
    }
}
