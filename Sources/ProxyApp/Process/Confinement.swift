import CLinux
import Engine
import Glibc
import Logging

/// Takes from the process every right that it does not need any more.
///
/// To be entered once, after listeners and files are open and before threads are made: capabilities and no_new_privs belong to
/// a thread, and a new one inherits them.
struct Confinement {
    /// Whether the kernel refuses system calls now.
    enum Filter: Equatable, Sendable {
        case on
        /// It was not asked for, or this build or machine has no table.
        case off
        case refused(Errno)
    }

    private let settings: Settings.Process
    private let account: ProcessAccount?
    private let hasUnixListener: Bool
    private let files: [GuardedFile]
    private let log: Logger

    /// Resolves who the process becomes, and warns of files that others can use. Throws when who is not known or cannot be.
    init(_ settings: Settings, configuration: String?, log: Logger) throws(StartFailure) {
        self.settings = settings.process
        self.log = log
        hasUnixListener = (settings.listen + [settings.admin].compactMap { $0 }).contains {
            if case .unix = $0 { true } else { false }
        }
        let wanted = try settings.process.user.map { (user) throws(StartFailure) in try ProcessAccount(user) }
        if let wanted, geteuid() != 0, !wanted.isCurrent {
            throw StartFailure(
                "process.user: only root can become `\(wanted.name)`; start proxyd as root or as that account, or write "
                    + "`user: off`")
        }
        account = geteuid() == 0 ? wanted : nil
        files = settings.guardedFiles(configuration: configuration)
        for problem in FileReport.look(at: files, user: wanted?.user ?? geteuid()) { log.warning("\(problem)") }
    }

    /// Gives the path of a unix socket to the account, so that its mode speaks of that account and its group.
    func own(unixPath path: String) throws(StartFailure) {
        guard let account, lchown(path, account.user, account.group) != 0 else { return }
        throw StartFailure("cannot give \(path) to \(account.name): \(Errno.last)")
    }

    /// Enters. Throws when a right that was to be given up is still there; then the process must not go on.
    func enter() throws(StartFailure) {
        if let account {
            try become(account)
            try mayReload(account)
        } else if geteuid() == 0 {
            log.warning(
                "running as root with all its rights; name an account without any, as in `process: {user: nobody}`")
        } else {
            // What a service manager or the file gave for binding.
            try require(clinux_drop_capabilities(), "give up capabilities")
        }
        try require(clinux_no_new_privileges(), "set no_new_privs")
        switch settings.coreDumps {
        case .off: try require(clinux_forbid_core_dumps(), "forbid core dumps")
        case .on: try require(clinux_allow_core_dumps(), "allow core dumps")
        }
        let filter = try filterSystemCalls()
        log.info(
            "rights given up",
            metadata: [
                "uid": "\(geteuid())", "gid": "\(getegid())", "seccomp": "\(filter == .on ? "on" : "off")",
                "core_dumps": "\(settings.coreDumps.rawValue)",
            ])
    }

    // MARK: Steps

    /// Groups first: a user without rights cannot change them. The bounding set before the user, for the same reason.
    private func become(_ account: ProcessAccount) throws(StartFailure) {
        try require(clinux_drop_bounding_set(), "empty the set of capabilities that programs could get")
        try require(clinux_set_groups(account.groups, account.groups.count), "take the groups of \(account.name)")
        try require(clinux_set_group(account.group), "take the group of \(account.name)")
        try require(clinux_set_user(account.user), "become \(account.name)")
        try require(clinux_drop_capabilities(), "give up capabilities")
        // Not taken on trust: a kernel module or a user namespace may have made one of these mean something else.
        guard clinux_ids_are(account.user, account.group) == 1, clinux_set_user(0) != 0, clinux_set_group(0) != 0 else {
            throw StartFailure("became \(account.name), but could become root again: not going on")
        }
    }

    /// A file that could be read as root alone would be found out when it changes, which may be months later.
    private func mayReload(_ account: ProcessAccount) throws(StartFailure) {
        guard let file = FileReport.unreadable(files).first else { return }
        throw StartFailure(
            "\(file) cannot be read by \(account.name), who reads it again when it changes; run: "
                + "chgrp \(account.group) \(file) && chmod g+r \(file), and let that group enter its folders")
    }

    private func filterSystemCalls() throws(StartFailure) -> Filter {
        guard settings.seccomp != .off else { return .off }
        guard let program = Self.program(hasUnixListener: hasUnixListener) else {
            let reason = clinux_is_sanitized() == 1 ? "builds under a sanitizer" : "this kind of machine"
            if settings.seccomp == .on {
                throw StartFailure("process.seccomp: there is no filter for \(reason); write `seccomp: auto` or `off`")
            }
            log.notice("no system call filter: there is none for \(reason)")
            return .off
        }
        do throws(Errno) { try program.install(onAllThreads: true) } catch {
            let advice = "the kernel refuses the system call filter (seccomp): \(error)"
            if settings.seccomp == .on {
                throw StartFailure("\(advice); allow it, or write `process: {seccomp: auto}` to run without")
            }
            log.warning("\(advice); running without. `process: {seccomp: off}` says that this is meant")
            return .refused(error)
        }
        return .on
    }

    /// The filter of this process; nil where there is no table, and under sanitizers, whose runtimes do as they like.
    static func program(hasUnixListener: Bool) -> FilterProgram? {
        guard clinux_is_sanitized() == 0 else { return nil }
        let machine = SystemCallArchitecture.allCases.first { $0.auditNumber == clinux_audit_architecture() }
        guard let machine else { return nil }
        return FilterProgram(SystemCallTable.calls(processID: getpid(), hasUnixListener: hasUnixListener), for: machine)
    }

    private func require(_ status: CInt, _ what: String) throws(StartFailure) {
        if status != 0 { throw StartFailure("cannot \(what): \(Errno.last)") }
    }
}

extension FilterProgram {
    /// Hands the program to the kernel, for this thread or all of the process; it cannot be taken back. Throws its errno.
    func install(onAllThreads: Bool) throws(Errno) {
        let encoded = instructions.map(\.encoded)
        guard clinux_filter_system_calls(encoded, UInt16(encoded.count), onAllThreads ? 1 : 0) == 0 else {
            throw Errno.last
        }
    }
}
