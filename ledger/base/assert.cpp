// Where a broken invariant of ours ends: one line on stderr, then abort, so that a core or a supervisor sees it.
#include "ledger/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace placet::base {

void assertion_failed(const char* expression, const char* words, const char* file, int line) noexcept {
    std::fprintf(stderr, "%s:%d: broken invariant: %s (%s)\n", file, line, words, expression);
    std::abort();
}

}  // namespace placet::base
