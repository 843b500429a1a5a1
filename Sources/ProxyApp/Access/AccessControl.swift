import CLinux
import Engine
import Glibc
import Logging
import Policy
import Synchronization

/// The rules of the process: assembled at the start, and again when a file of a list changes.
///
/// Files are read by a thread of its own, never by a loop; without lists there is no thread. A file that cannot be read any
/// more leaves what was read before in force.
final class AccessControl: Sendable {
    /// What is in force when the loops begin.
    let initial: RuleSet

    private let assembly: RuleAssembly
    private let lists: [AccessList]
    private let log: Logger
    private let state: Mutex<State>
    /// Tells the thread to end.
    private let stopSignal: CInt

    private struct State {
        var watch: ListWatch
        var loaded: LoadedLists
        /// What is in force now.
        var rules: RuleSet
        var thread: NamedThread?
        var publish: (@Sendable (RuleSet) -> Void)?
    }

    /// How often files are looked at.
    private static let lookMs: CInt = 2000

    /// Reads the lists. Throws when a file cannot be read: a proxy whose rules are not whole does not start.
    init(_ assembly: RuleAssembly, lists: [AccessList], log: Logger) throws(StartFailure) {
        self.assembly = assembly
        self.lists = lists
        self.log = log
        // Before the files are read: what changes meanwhile is read again.
        let watch = ListWatch(lists, ListWatch.mark)
        var loaded = LoadedLists()
        do throws(ListFailure) {
            for list in lists { Self.report(try ListLoader.load(list, into: &loaded), list, log) }
        } catch {
            throw StartFailure("access.lists: \(error); name files that exist and that this user may read")
        }
        initial = assembly.rules(loaded)
        stopSignal = lists.isEmpty ? -1 : eventfd(0, Int32(EFD_CLOEXEC))
        state = Mutex(State(watch: watch, loaded: loaded, rules: initial))
    }

    deinit { if stopSignal >= 0 { close(stopSignal) } }

    /// Begins to look at the files. `publish` is called on the thread with rules that come into force.
    func start(_ publish: @escaping @Sendable (RuleSet) -> Void) {
        guard stopSignal >= 0 else { return }
        state.withLock { $0.publish = publish }
        do throws(Errno) {
            let thread = try NamedThread("proxyd-lists") { self.watchFiles() }
            state.withLock { $0.thread = thread }
        } catch { log.error("no thread to look after lists: \(error); changes of their files need a restart") }
    }

    /// May a short name be looked up as this one? See `RuleSet.opensSearch`. From any thread.
    func maySearch(_ name: String) -> Bool { state.withLock { $0.rules }.opensSearch(name) }

    /// Ends the thread and waits for it.
    func stop() {
        let thread = state.withLock { state in
            defer { state.thread = nil }
            return state.thread
        }
        guard let thread else { return }
        var one: UInt64 = 1
        _ = write(stopSignal, &one, 8)
        thread.join()
    }

    /// Reads what has changed, and publishes the rules if that succeeds. Returns whether it did.
    @discardableResult
    func look() -> Bool {
        let changed = state.withLock { $0.watch.changed(ListWatch.mark) }
        guard !changed.isEmpty else { return false }
        var loaded = state.withLock { $0.loaded }
        var isFresh = false
        for list in changed {
            do throws(ListFailure) {
                Self.report(try ListLoader.load(list, into: &loaded), list, log)
                isFresh = true
            } catch { log.error("list \(list.name): \(error); what was read before stays in force") }
        }
        guard isFresh else { return false }
        let rules = assembly.rules(loaded)
        let publish = state.withLock { state in
            state.loaded = loaded
            state.rules = rules
            return state.publish
        }
        publish?(rules)
        return true
    }

    private func watchFiles() {
        while true {
            var signal = pollfd(fd: stopSignal, events: Int16(POLLIN), revents: 0)
            if poll(&signal, 1, Self.lookMs) > 0 { return }
            look()
        }
    }

    private static func report(_ outcome: ListLoader.Outcome, _ list: AccessList, _ log: Logger) {
        log.info("list \(list.name) read: \(outcome.skipped) lines were not understood")
        for complaint in outcome.complaints { log.warning("list \(list.name): \(complaint)") }
    }
}
