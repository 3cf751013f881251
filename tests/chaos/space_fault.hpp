// The disk of one validator fills up under load.
#pragma once

#include "tests/chaos/hands.hpp"

namespace placet::tests::chaos {

/// One validator's data on a small disk that fills up: the validator must end by itself with a message, either at its
/// own bound (limits.min_free_mib) or, without that, when a write fails; the others go on; with room again it starts
/// and catches up. Not injected where nothing may be mounted (Injected::skipped).
void full_disk(Hands& hands);

}  // namespace placet::tests::chaos
