// ASSERT: an invariant of our own code. On in every build; prints file, line and words, then aborts. Never used on
// anything a peer, client or file said.
#pragma once

namespace placet::base {
[[noreturn]] void assertion_failed(const char* expression, const char* words, const char* file, int line) noexcept;
}

#define ASSERT(condition, words)                                                           \
    do {                                                                                   \
        if (!(condition)) [[unlikely]]                                                     \
            ::placet::base::assertion_failed(#condition, words, __FILE__, __LINE__);       \
    } while (false)
