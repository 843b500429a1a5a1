import CLinux

/// One instruction of a classic BPF program as seccomp(2) takes them: only the few forms that the filter needs.
enum FilterInstruction: Equatable, Sendable {
    /// Loads the 32 bits at an offset into `struct seccomp_data`.
    case load(offset: UInt32)
    /// Keeps the bits of the loaded word that are in the mask.
    case and(UInt32)
    /// Skips instructions: so many when the word is equal, else so many.
    case jumpIfEqual(UInt32, yes: UInt8, no: UInt8)
    /// The same for "at least", without a sign.
    case jumpIfAtLeast(UInt32, yes: UInt8, no: UInt8)
    /// Skips so many.
    case jump(UInt32)
    /// Ends the program with an answer.
    case answer(FilterAnswer)

    /// As the kernel has it: linux/bpf_common.h.
    var encoded: clinux_bpf_instruction {
        switch self {
        case .load(let offset): clinux_bpf_instruction(code: 0x20, if_true: 0, if_false: 0, operand: offset)
        case .and(let mask): clinux_bpf_instruction(code: 0x54, if_true: 0, if_false: 0, operand: mask)
        case .jumpIfEqual(let word, let yes, let no):
            clinux_bpf_instruction(code: 0x15, if_true: yes, if_false: no, operand: word)
        case .jumpIfAtLeast(let word, let yes, let no):
            clinux_bpf_instruction(code: 0x35, if_true: yes, if_false: no, operand: word)
        case .jump(let count): clinux_bpf_instruction(code: 0x05, if_true: 0, if_false: 0, operand: count)
        case .answer(let answer): clinux_bpf_instruction(code: 0x06, if_true: 0, if_false: 0, operand: answer.word)
        }
    }
}

/// What the kernel does with a system call: linux/seccomp.h.
enum FilterAnswer: Equatable, Sendable {
    case allow
    /// The call is not made, and fails with this errno.
    case fail(CInt)
    /// The process ends at once, as by SIGSYS.
    case kill

    var word: UInt32 {
        switch self {
        case .allow: 0x7FFF_0000
        case .fail(let errno): 0x0005_0000 | UInt32(truncatingIfNeeded: errno) & 0xFFFF
        case .kill: 0x8000_0000
        }
    }
}
