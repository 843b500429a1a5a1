import CLinux
import Engine
import Foundation
import Testing

@testable import ProxyApp

/// The filter in the hands of the kernel, on a thread that has it for itself: a filter cannot be taken off again.
@Suite(.enabled(if: Confinement.program(hasUnixListener: false) != nil, "no filter for this build or machine"))
struct ProcessFilterKernelTests {
    /// What each call came to: its errno, 0 when it was made.
    private func tried(_ body: @escaping @Sendable () -> [CInt]) async throws -> [CInt] {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                guard clinux_no_new_privileges() == 0, let program = Confinement.program(hasUnixListener: false) else {
                    return continuation.resume(throwing: Errno.last)
                }
                do throws(Errno) { try program.install(onAllThreads: false) } catch {
                    return continuation.resume(throwing: error)
                }
                continuation.resume(returning: body())
            }
            thread.start()
        }
    }

    /// A call by its number: on the machine that has the filter's table.
    private struct Probe: Sendable {
        let number: Int
        var arguments: [Int] = [0, 0, 0, 0]

        init(amd64: Int, arm64: Int, _ arguments: Int...) {
            number = clinux_audit_architecture() == SystemCallArchitecture.amd64.auditNumber ? amd64 : arm64
            self.arguments.replaceSubrange(..<arguments.count, with: arguments)
        }

        /// Its errno; 0 when it was made.
        func outcome() -> CInt {
            clinux_system_call(number, arguments[0], arguments[1], arguments[2], arguments[3]) < 0 ? errno : 0
        }
    }

    @Test func `the kernel takes the program and refuses what it refuses`() async throws {
        let errnos = try await tried {
            let execve = Probe(amd64: 59, arm64: 221)
            let ptrace = Probe(amd64: 101, arm64: 117)
            let setuid = Probe(amd64: 105, arm64: 146)
            let listen = Probe(amd64: 50, arm64: 201, -1)
            let unshare = Probe(amd64: 272, arm64: 97)
            let kill = Probe(amd64: 62, arm64: 129, Int(getpid()), 0)
            return [execve, ptrace, setuid, listen, unshare, kill].map { $0.outcome() }
        }
        #expect(errnos == [CInt](repeating: ENOSYS, count: 6))
    }

    @Test func `the kernel looks at arguments`() async throws {
        let errnos = try await tried {
            let path = strdup("/proc/self/statm")
            defer { free(path) }
            let place = Int(bitPattern: path)
            let readFile = Probe(amd64: 257, arm64: 56, Int(AT_FDCWD), place, Int(O_RDONLY | O_CLOEXEC))
            let changeFile = Probe(amd64: 257, arm64: 56, Int(AT_FDCWD), place, Int(O_RDWR))
            let stream = Probe(amd64: 41, arm64: 198, 2, 1, 0)
            let netlink = Probe(amd64: 41, arm64: 198, 16, 3, 0)
            let data = Probe(amd64: 10, arm64: 226, 0, 0, 0)
            let code = Probe(amd64: 10, arm64: 226, 0, 0, 4)
            return [readFile, changeFile, stream, netlink, data, code].map { $0.outcome() }
        }
        #expect(errnos == [0, EACCES, 0, EAFNOSUPPORT, 0, EACCES])
    }

    @Test func `work goes on: memory, threads, files, time`() async throws {
        let errnos = try await tried {
            var large = [UInt8](repeating: 1, count: 8 << 20)
            large[5] = 2
            let ended = DispatchSemaphore(value: 0)
            var handle = pthread_t()
            let made = pthread_create(
                &handle, nil,
                { context in
                    guard let context else { return nil }
                    Unmanaged<DispatchSemaphore>.fromOpaque(context).takeUnretainedValue().signal()
                    return nil
                }, Unmanaged.passUnretained(ended).toOpaque())
            if made == 0 { pthread_join(handle, nil) }
            let isRead = ProcessFigures.residentBytes() > 0 && ProcessFigures.openDescriptors() > 0
            return [made, isRead ? 0 : EIO, CInt(large[0]) - 1]
        }
        #expect(errnos == [0, 0, 0])
    }
}
