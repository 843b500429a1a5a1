import Foundation
import Testing

@testable import ProxyApp

@Suite struct ProcessFilterTests {
    private static let processID: pid_t = 4711

    private func calls(unix: Bool = false) -> [SystemCall] {
        SystemCallTable.calls(processID: Self.processID, hasUnixListener: unix)
    }

    /// What becomes of the call of that name.
    private func answer(
        _ name: String, _ arguments: [UInt64] = [], unix: Bool = false,
        on architecture: SystemCallArchitecture = .amd64
    ) throws -> FilterAnswer {
        let machine = ProcessFilterMachine(program: FilterProgram(calls(unix: unix), for: architecture))
        let all = SystemCallTable.groups(processID: Self.processID).flatMap(\.calls)
        let number = try #require(all.first { $0.name == name }?.number(on: architecture))
        return try machine.run(number, arguments, on: architecture).answer
    }

    @Test(arguments: SystemCallArchitecture.allCases)
    func `what is in the table is allowed by its number, and nothing else`(on architecture: SystemCallArchitecture)
        throws
    {
        let machine = ProcessFilterMachine(program: FilterProgram(calls(), for: architecture))
        let known = Dictionary(
            uniqueKeysWithValues: calls().compactMap { call in call.number(on: architecture).map { ($0, call) } })
        for number in UInt32(0)..<700 {
            let result = try machine.run(number, on: architecture)
            if let call = known[number], call.conditions.isEmpty {
                #expect(result.answer == .allow && !result.looksAtArguments, "\(call.name)")
            } else if let call = known[number] {
                #expect(result.answer == .allow || result.answer == .fail(call.refusal), "\(call.name)")
                #expect(result.looksAtArguments)
            } else {
                #expect(result.answer == .fail(ENOSYS), "\(number)")
                #expect(!result.looksAtArguments)
            }
        }
    }

    @Test(arguments: [
        "recvfrom", "sendto", "sendmsg", "read", "write", "splice", "accept4", "close", "epoll_ctl", "futex",
    ])
    func `calls of the data path need no look at their arguments`(name: String) throws {
        for architecture in SystemCallArchitecture.allCases {
            let call = try #require(calls().first { $0.name == name })
            let machine = ProcessFilterMachine(program: FilterProgram(calls(), for: architecture))
            let number = try #require(call.number(on: architecture))
            #expect(try machine.run(number, on: architecture) == (.allow, false))
        }
    }

    @Test func `another machine's calls end the process, x32 calls do not exist`() throws {
        let machine = ProcessFilterMachine(program: FilterProgram(calls(), for: .amd64))
        #expect(try machine.run(0, on: .arm64).answer == .kill)
        for number: UInt32 in [0x4000_0000, 0x4000_0001, 0x4000_0209, .max] {
            #expect(try machine.run(number, on: .amd64).answer == .fail(ENOSYS))
        }
    }

    @Test func `sockets are of the internet or of this machine, streams or datagrams`() throws {
        #expect(try answer("socket", [2, 1 | 0x8_0800, 0]) == .allow)
        #expect(try answer("socket", [10, 2 | 0x8_0000, 17]) == .allow)
        #expect(try answer("socket", [1, 1, 0]) == .allow)
        // AF_NETLINK, AF_PACKET, AF_VSOCK, AF_ALG; a raw socket; SCTP.
        for domain: UInt64 in [16, 17, 40, 38, 0] {
            #expect(try answer("socket", [domain, 1, 0]) == .fail(EAFNOSUPPORT))
        }
        #expect(try answer("socket", [2, 3, 1]) == .fail(EAFNOSUPPORT))
        #expect(try answer("socket", [2, 1, 132]) == .fail(EAFNOSUPPORT))
        // The kernel takes an int: the high half says nothing.
        #expect(try answer("socket", [2 | 1 << 32, 1, 0]) == .allow)
    }

    @Test func `memory is never made into code`() throws {
        for name in ["mmap", "mprotect"] {
            #expect(try answer(name, [0, 4096, 3]) == .allow)
            for protection: UInt64 in [4, 5, 7] { #expect(try answer(name, [0, 4096, protection]) == .fail(EACCES)) }
        }
    }

    @Test func `files are opened to be read`() throws {
        let cloexec: UInt64 = 0o2_000_000
        #expect(try answer("openat", [0, 0, cloexec]) == .allow)
        for flag: UInt64 in [0o1, 0o2, 0o100, 0o1000, 0o3] {
            #expect(try answer("openat", [0, 0, cloexec | flag]) == .fail(EACCES))
        }
    }

    @Test func `clone makes threads of this process and nothing else`() throws {
        // What glibc passes: nptl/pthread_create.c.
        let thread: UInt64 = 0x3D_0F00
        #expect(try answer("clone", [thread]) == .allow)
        // fork, vfork, and threads in new namespaces.
        for flags: UInt64 in [17, 0x4111, thread | 0x1000_0000, thread | 0x4000_0000, thread | 0x2_0000, thread | 0x80]
        {
            #expect(try answer("clone", [flags]) == .fail(EPERM))
        }
    }

    @Test func `signals go to this process alone`() throws {
        #expect(try answer("tgkill", [4711, 4712, 6]) == .allow)
        #expect(try answer("tgkill", [1, 1, 9]) == .fail(EPERM))
    }

    @Test func `limits are read and not set`() throws {
        #expect(try answer("prlimit64", [0, 3, 0]) == .allow)
        #expect(try answer("prlimit64", [0, 3, 0x7FFF_0000]) == .fail(EPERM))
        #expect(try answer("prlimit64", [0, 3, 0x7FFF << 32]) == .fail(EPERM))
    }

    @Test func `no terminal is typed into and no process made dumpable again`() throws {
        let typeIntoTerminal: UInt64 = 0x5412
        #expect(try answer("ioctl", [0, 0x5411]) == .allow)
        #expect(try answer("ioctl", [0, typeIntoTerminal]) == .fail(ENOTTY))
        #expect(try answer("prctl", [15]) == .allow)
        #expect(try answer("prctl", [4, 1]) == .fail(EINVAL))
    }

    @Test func `paths are removed only where a unix socket has one`() throws {
        #expect(try answer("unlink") == .fail(ENOSYS))
        #expect(try answer("unlink", unix: true) == .allow)
        #expect(try answer("unlinkat", unix: true, on: .arm64) == .allow)
    }

    @Test func `programs cannot be started, processes not looked into, rights not changed`() throws {
        let machine = ProcessFilterMachine(program: FilterProgram(calls(unix: true), for: .amd64))
        // execve, execveat, ptrace, process_vm_readv, setuid, bpf, unshare, mount, bind, listen, kill, clone3, io_uring_setup.
        for number: UInt32 in [59, 322, 101, 310, 105, 321, 272, 165, 49, 50, 62, 435, 425] {
            #expect(try machine.run(number, on: .amd64).answer == .fail(ENOSYS), "\(number)")
        }
    }

    @Test(arguments: SystemCallArchitecture.allCases)
    func `programs fit and end`(on architecture: SystemCallArchitecture) {
        let program = FilterProgram(calls(unix: true), for: architecture)
        #expect(program.instructions.count < 400)
        guard case .answer = program.instructions.last else {
            Issue.record("falls off its end")
            return
        }
    }

    @Test func `jumps longer than a comparison's are made by jumps`() throws {
        let wide = (0..<200).map { index in
            SystemCall(
                "c\(index)", UInt32(index * 2), nil, when: [ArgumentCondition(0, in: [1, 2, 3])], else: EPERM, "")
        }
        let machine = ProcessFilterMachine(program: FilterProgram(wide, for: .amd64))
        for index in 0..<200 {
            let number = UInt32(index * 2)
            #expect(try machine.run(number, [2], on: .amd64).answer == .allow)
            #expect(try machine.run(number, [4], on: .amd64).answer == .fail(EPERM))
            #expect(try machine.run(number + 1, [2], on: .amd64).answer == .fail(ENOSYS))
        }
    }

    @Test(arguments: [
        (SystemCallArchitecture.amd64, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        (.arm64, "/usr/include/asm-generic/unistd.h"),
    ])
    func `numbers are those of the kernel's headers`(of architecture: SystemCallArchitecture, header: String) throws {
        guard let text = try? String(contentsOfFile: header, encoding: .utf8) else { return }
        var numbers: [String: UInt32] = [:]
        for match in text.matches(of: /#define __NR(?:3264)?_(\w+)\s+(\d+)/) {
            numbers[String(match.1)] = UInt32(match.2)
        }
        // The generic table has one name for calls that 64-bit machines call by another.
        for (generic, name) in ["fstatat": "newfstatat"] { numbers[name] = numbers[name] ?? numbers[generic] }
        for call in SystemCallTable.groups(processID: 1).flatMap(\.calls) {
            #expect(numbers[call.name] == call.number(on: architecture), "\(call.name)")
        }
    }
}
