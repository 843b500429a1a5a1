import Glibc

/// Every system call that the proxy may make once it runs; all others fail with ENOSYS.
///
/// `docs/system-calls.md` is written from this table, and Tests/Clients/test_system_calls.py holds a running proxy against it.
/// What is made only before the filter is in force (bind, listen, setuid, execve) is not here.
enum SystemCallTable {
    /// The calls of a process, by group.
    ///
    /// `processID` is the only process that it may send a signal to.
    static func groups(processID: pid_t) -> [(title: String, calls: [SystemCall])] {
        [
            ("Sockets and pipes", sockets), ("Events", events), ("Memory", memory),
            ("Threads", threads(processID: UInt32(bitPattern: processID))), ("Time", time), ("Files", files),
            ("Facts", facts),
        ]
    }

    /// The calls that are made with a configuration.
    static func calls(processID: pid_t, hasUnixListener: Bool) -> [SystemCall] {
        groups(processID: processID).flatMap(\.calls).filter { $0.need == .always || hasUnixListener }
    }

    // MARK: What moves bytes: by number alone, whatever the arguments

    private static let sockets = [
        SystemCall("read", 0, 63, "eventfd of a loop's mailbox, signalfd, files; pipes"),
        SystemCall("write", 1, 64, "eventfd of another loop, log lines, messages on standard error"),
        SystemCall("writev", 20, 66, "stdio of libc, messages of the runtime when it stops the process"),
        SystemCall("recvfrom", 45, 207, "every read of a socket; answers of DNS servers"),
        SystemCall("sendto", 44, 206, "every write of one piece; questions to DNS servers"),
        SystemCall("sendmsg", 46, 211, "every write of several pieces"),
        SystemCall("splice", 275, 76, "tunnels and long bodies, within the kernel"),
        SystemCall("pipe2", 293, 59, "the pipes of splice"),
        SystemCall("accept4", 288, 242, "clients"),
        SystemCall(
            "socket", 41, 198,
            when: [
                ArgumentCondition(0, in: [1, 2, 10], "domain is AF_UNIX, AF_INET or AF_INET6"),
                ArgumentCondition(
                    1, mask: ~0x8_0800, in: [1, 2], "type is SOCK_STREAM or SOCK_DGRAM: no raw ones, no packets"),
                ArgumentCondition(2, in: [0, 6, 17], "protocol is 0, TCP or UDP"),
            ], else: EAFNOSUPPORT, "dials, DNS"),
        SystemCall("connect", 42, 203, "dials, DNS, choosing among an origin's addresses"),
        SystemCall("close", 3, 57, "everything that was opened"),
        SystemCall("shutdown", 48, 210, "SHUT"),
        SystemCall("getsockname", 51, 204, "choosing among an origin's addresses, our own end of a dialled socket"),
        SystemCall("getpeername", 52, 205, "the peer of a dialled socket is checked"),
        SystemCall("getsockopt", 55, 209, "how a dial ended"),
        SystemCall("setsockopt", 54, 208, "TCP options, linger"),
        SystemCall("fcntl", 72, 25, "the size of a pipe, non-blocking DNS sockets"),
        SystemCall(
            "ioctl", 16, 29,
            when: [
                ArgumentCondition(
                    1, in: [0x5411, 0x541B, 0x5421, 0x5401, 0x8933, 0x8910],
                    "request is SIOCOUTQ, FIONREAD, FIONBIO, TCGETS, SIOCGIFINDEX or SIOCGIFNAME: none types into a terminal"
                )
            ], else: ENOTTY, "unacknowledged bytes of a tunnel that ends, stdio of libc, IPv6 scopes"),
    ]

    private static let events = [
        SystemCall("epoll_wait", 232, nil, "every turn of a loop"),
        SystemCall("epoll_pwait", 281, 22, "the same where there is no epoll_wait"),
        SystemCall("epoll_ctl", 233, 21, "every socket, once"),
        SystemCall("eventfd2", 290, 19, "threads that are made late"),
        SystemCall("poll", 7, nil, "the log writer waits for its pipe; the stop waits for the log writer"),
        SystemCall("ppoll", 271, 73, "the same where there is no poll"),
    ]

    // MARK: What memory and threads need

    private static let noCode = [ArgumentCondition(2, mask: 4, in: [0], "prot is without PROT_EXEC: no new code")]

    private static let memory = [
        SystemCall("mmap", 9, 222, when: noCode, else: EACCES, "malloc, stacks of threads"),
        SystemCall("mprotect", 10, 226, when: noCode, else: EACCES, "malloc's arenas, guard pages of stacks"),
        SystemCall("munmap", 11, 215, "malloc, stacks of threads that have ended"),
        SystemCall("mremap", 25, 216, "realloc of what is large"),
        SystemCall("madvise", 28, 233, "malloc gives memory back; stacks"),
        SystemCall("brk", 12, 214, "malloc"),
    ]

    private static func threads(processID: UInt32) -> [SystemCall] {
        [
            SystemCall("futex", 202, 98, "locks, condition variables, the end of a thread"),
            SystemCall(
                "clone", 56, 220,
                when: [
                    // CLONE_THREAD, VM, SIGHAND; NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWTIME, PTRACE, VFORK.
                    ArgumentCondition(
                        0, mask: 0x7E03_6980, in: [0x1_0900],
                        "flags make a thread of this process: no process, no namespace")
                ], else: EPERM, "threads. clone3 hides its flags in memory, is refused, and libc takes this one"),
            SystemCall("set_robust_list", 273, 99, "a thread begins"),
            SystemCall("rseq", 334, 293, "a thread begins"),
            SystemCall("exit", 60, 93, "a thread ends"),
            SystemCall("exit_group", 231, 94, "the process ends"),
            SystemCall("gettid", 186, 178, "locks of libc, abort"),
            SystemCall("getpid", 39, 172, "abort"),
            SystemCall(
                "tgkill", 234, 131,
                when: [ArgumentCondition(0, in: [processID], "tgid is this process")], else: EPERM, "abort"),
            SystemCall(
                "setpriority", 141, 140,
                when: [
                    ArgumentCondition(0, in: [0], "which is PRIO_PROCESS"),
                    ArgumentCondition(1, in: [0], "who is the caller: a thread and its own priority"),
                ], else: EPERM, "threads that verify passwords leave the loops the first place"),
            SystemCall("sched_yield", 24, 124, "locks of the runtime"),
            SystemCall("sched_getaffinity", 204, 123, "malloc and the runtime count cores"),
            SystemCall("membarrier", 324, 283, "locks of the runtime"),
            SystemCall("rt_sigaction", 13, 134, "abort"),
            SystemCall("rt_sigprocmask", 14, 135, "a thread begins; abort"),
            SystemCall("rt_sigreturn", 15, 139, "a signal's handler returns"),
            SystemCall("sigaltstack", 131, 132, "handlers of crashes"),
            SystemCall("restart_syscall", 219, 128, "the kernel resumes a wait after SIGSTOP and SIGCONT"),
            SystemCall(
                "prctl", 157, 167,
                when: [
                    ArgumentCondition(
                        0, in: [15, 16, 0x5356_4D41], "option is PR_SET_NAME, PR_GET_NAME or PR_SET_VMA (names alone)")
                ], else: EINVAL, "names of threads and of malloc's memory"),
        ]
    }

    private static let time = [
        SystemCall("clock_gettime", 228, 113, "where the vDSO cannot tell"),
        SystemCall("gettimeofday", 96, 169, "where the vDSO cannot tell"),
        SystemCall("clock_nanosleep", 230, 115, "threads that look at files now and then"),
        SystemCall("nanosleep", 35, 101, "the same"),
    ]

    // MARK: What reads files: nothing is ever opened for writing, for the log is open before

    private static let files = [
        SystemCall(
            "openat", 257, 56,
            when: [
                ArgumentCondition(
                    2, mask: 0o1103, in: [0], "flags are without O_WRONLY, O_RDWR, O_CREAT and O_TRUNC: to read alone")
            ], else: EACCES,
            "hosts file, lists and password files that have changed; /proc/self for figures; the time zone"),
        SystemCall("fstat", 5, 80, "stdio of libc"),
        SystemCall("newfstatat", 262, 79, "has a file changed?"),
        SystemCall("statx", 332, 291, "the same"),
        SystemCall("lseek", 8, 62, "stdio of libc"),
        SystemCall("pread64", 17, 67, "stdio of libc"),
        SystemCall("readlink", 89, nil, "the name of the time zone"),
        SystemCall("readlinkat", 267, 78, "the same where there is no readlink"),
        SystemCall("getdents64", 217, 61, "open descriptors are counted"),
        SystemCall("unlink", 87, nil, need: .unixListener, "the path of a unix socket goes at the stop"),
        SystemCall("unlinkat", 263, 35, need: .unixListener, "the same where there is no unlink"),
    ]

    private static let facts = [
        SystemCall("getrandom", 318, 278, "nonces, seeds of hash tables, ids of DNS questions"),
        SystemCall("getuid", 102, 174, "libc asks whether the process is privileged"),
        SystemCall("geteuid", 107, 175, "the same"),
        SystemCall("getgid", 104, 176, "the same"),
        SystemCall("getegid", 108, 177, "the same"),
        SystemCall("uname", 63, 160, "the host's name, for DNS"),
        SystemCall("sysinfo", 99, 179, "libc sizes its tables by the memory there is"),
        SystemCall(
            "prlimit64", 302, 261,
            when: [
                ArgumentCondition(2, .low, in: [0], "new_limit is null: limits are read, not set"),
                ArgumentCondition(2, .high, in: [0]),
            ], else: EPERM, "how large a stack is"),
    ]
}
