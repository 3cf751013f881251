// The story's scenes, in order. Each plays on the stage, says what happened and what proves it, and writes what it measured
// into the summary; each throws StoryFailed when something did not do what the rules say.
#pragma once

#include "cli/demo/stage.hpp"

namespace placet::cli::demo {

void play_network(Stage& stage);     ///< keys, certificates, genesis; four validators; everybody enrolled
void play_consents(Stage& stage);    ///< hospitals import their patients' consents
void play_own_data(Stage& stage);    ///< --data: what these consents decide
void play_request(Stage& stage);     ///< datasets, a check, requests; the committee votes; a grant
void play_release(Stage& stage);     ///< the gateway releases, refuses while the ledger is stopped; a batch of accesses in care
void play_withdrawal(Stage& stage);  ///< a patient withdraws with her own key and asks who saw her record
void play_emergency(Stage& stage);   ///< the glass is broken, refused to the unauthorised, reviewed by two
void play_failure(Stage& stage);     ///< the primary is killed under load; it comes back; an observer follows from nothing
void play_audit(Stage& stage);       ///< a regulator verifies offline

}  // namespace placet::cli::demo
