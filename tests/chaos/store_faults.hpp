// What happens to the store of one validator: it is gone, or one bit of it is another.
#pragma once

#include "tests/chaos/hands.hpp"

namespace placet::tests::chaos {

/// Killed, started without its store: it follows without a vote up to the tip. Then it has its store again: a key that
/// signed nothing in between may go on with its own.
void wipe_one(Hands& hands);

/// Killed, one bit of one file changed (the kind of file by the turn), started. Refused or harmless, or behind by the
/// peers' word; where it does not vote any more, it must first reach the tip from its peers, and then it has the store
/// from before the change again.
void flip_a_bit(Hands& hands);

}  // namespace placet::tests::chaos
