// Every operation's function, by the table's enumerators. One file a tag; the two that wait for a receipt take the responder.
#pragma once

#include "api/handlers/context.hpp"

namespace placet::api::handlers {

/// Answers later, perhaps from another thread; everything it keeps is its own.
using Later = std::function<void(Answer)>;

// transactions.cpp
void submit_transaction(const Context& context, Later answer);
void read_transaction(const Context& context, Later answer);
[[nodiscard]] Answer transaction_proof(const Context& context);

// consents.cpp
[[nodiscard]] Answer list_consents(const Context& context);
[[nodiscard]] Answer read_consent(const Context& context);
[[nodiscard]] Answer read_patient(const Context& context);

// datasets.cpp
[[nodiscard]] Answer list_datasets(const Context& context);
[[nodiscard]] Answer list_disease_tables(const Context& context);
[[nodiscard]] Answer read_dataset(const Context& context);

// requests.cpp
[[nodiscard]] Answer list_requests(const Context& context);
[[nodiscard]] Answer read_request(const Context& context);
[[nodiscard]] Answer check_request(const Context& context);
[[nodiscard]] Answer list_grants(const Context& context);
[[nodiscard]] Answer read_grant(const Context& context);

// lineage.cpp
[[nodiscard]] Answer dataset_lineage(const Context& context);
[[nodiscard]] Answer patient_lineage(const Context& context);
[[nodiscard]] Answer list_withdrawals(const Context& context);

// emergencies.cpp
[[nodiscard]] Answer list_break_glass(const Context& context);

// trails.cpp
[[nodiscard]] Answer list_access_events(const Context& context);
[[nodiscard]] Answer list_trail_reads(const Context& context);

// chain.cpp
[[nodiscard]] Answer list_blocks(const Context& context);
[[nodiscard]] Answer read_block(const Context& context);
[[nodiscard]] Answer read_checkpoint(const Context& context);
[[nodiscard]] Answer consistency_proof(const Context& context);
[[nodiscard]] Answer state_proof(const Context& context);
[[nodiscard]] Answer index_proof(const Context& context);

// members.cpp
[[nodiscard]] Answer list_validators(const Context& context);
[[nodiscard]] Answer list_organisations(const Context& context);
[[nodiscard]] Answer list_actors(const Context& context);
[[nodiscard]] Answer read_actor(const Context& context);
[[nodiscard]] Answer list_policies(const Context& context);

// health.cpp
[[nodiscard]] Answer read_status(const Context& context);
[[nodiscard]] Answer livez(const Context& context);
[[nodiscard]] Answer startupz(const Context& context);
[[nodiscard]] Answer readyz(const Context& context);

}  // namespace placet::api::handlers
