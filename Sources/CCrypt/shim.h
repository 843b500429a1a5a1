#pragma once
#include <crypt.h>
#include <stddef.h>
#include <string.h>

// What crypt_rn needs to work in. Its struct has arrays that are too long for Swift to import.
static inline size_t ccrypt_scratch_size(void) { return sizeof(struct crypt_data); }

// memset that is never left out.
static inline void ccrypt_wipe(void *memory, size_t count) { explicit_bzero(memory, count); }
