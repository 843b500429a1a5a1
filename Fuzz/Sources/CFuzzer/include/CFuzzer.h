#pragma once

#include <stddef.h>
#include <stdint.h>

// libFuzzer's entry point for programs that have a main of their own; in libclang_rt.fuzzer, which -sanitize=fuzzer links.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *data, size_t size));
