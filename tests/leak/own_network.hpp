// The test's own network namespace, entered once, and words said in clear over its loopback as a control of the
// capture.
#pragma once

#include <string>
#include <vector>

#include "tests/leak/capture.hpp"

namespace placet::tests {

struct OwnNetwork {
    bool entered = false;
    std::string why;  ///< not
};
/// The first call enters; it must come before this process has threads.
[[nodiscard]] const OwnNetwork& own_network();

/// Sends each word as a segment of its own over a connection to itself, without TLS, and returns the server's port.
std::uint16_t say_in_clear(const std::vector<std::string>& words);

}  // namespace placet::tests
