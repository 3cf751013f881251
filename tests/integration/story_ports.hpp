// Free ports for a network of the demo's shape, for tests that play its scenes.
#pragma once

#include <unistd.h>

#include <stdexcept>

#include "cli/localnet/daemon.hpp"
#include "cli/localnet/layout.hpp"

namespace placet::tests {

/// The first of ports_used() free ones, below the range from which the system
/// gives ports to outgoing connections.
[[nodiscard]] inline unsigned free_story_ports() {
  const unsigned count = cli::localnet::ports_used();
  const unsigned start = 10000 + static_cast<unsigned>(::getpid()) * 29 % 15000;
  for (unsigned base = start; base < start + 5000; base += count) {
    bool free = true;
    for (unsigned port = base; port < base + count && free; ++port)
      free = !cli::localnet::port_user(port);
    if (free)
      return base;
  }
  throw std::runtime_error("no free ports");
}

} // namespace placet::tests
