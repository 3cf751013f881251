// State and index bundles: what the authenticated map says as of a sealed height.
#include "ledger/base/hex.hpp"
#include "ledger/merkle/tree.hpp"
#include "ledger/proof/judge.hpp"
#include "ledger/state/index_key.hpp"

namespace placet::proof {
namespace {

using base::ErrorCode;
using base::refuse;

// Rows ascend strictly by place in the log and lie before the seal; otherwise the index contradicts itself.
Status check_rows(const IndexBundle& bundle) {
    std::optional<state::IndexRow> previous;
    for (const Bytes& encoded : bundle.rows) {
        PLACET_TRY_ASSIGN(const state::IndexRow row, state::decode_index_row(encoded));
        if (row.leaf_index >= bundle.head.certificate.body.size - 1)  // size ≥ 1: check_head
            return refuse(ErrorCode::invalid_proof, "a row names a leaf outside the sealed log");
        const bool ascends = !previous || std::pair(previous->leaf_index, previous->row) < std::pair(row.leaf_index, row.row);
        if (!ascends) return refuse(ErrorCode::invalid_proof, "the rows do not ascend by their place in the log");
        previous = row;
    }
    return {};
}

/// Ids of index keys have these characters alone (contracts/common/ids). What looks like an id and is none has no rows for ever: its
/// absence would be true, and read as the absence of something else.
Status check_id(const state::IndexKey& key) {
    if (state::has_binary_id(key.kind)) return {};
    constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@/-";
    if (base::as_text(key.id).find_first_not_of(kAllowed) == std::string_view::npos) return {};
    return refuse(ErrorCode::invalid_proof, "the index key's id has a character that no id has: nothing can ever stand under it, so its rows say nothing");
}

std::string_view words_of(state::IndexKind kind) {
    switch (kind) {
        case state::IndexKind::consent_of_patient: return "consent decisions about the pseudonym";
        case state::IndexKind::implicit_policy: return "policies without a consent of the custodian";
        case state::IndexKind::access_of_patient: return "accesses, and refusals of one, to the record of the pseudonym";
        case state::IndexKind::access_by_actor: return "accesses by the actor";
        case state::IndexKind::access_of_dataset: return "accesses of the dataset";
        case state::IndexKind::access_at_custodian: return "batches and releases of the custodian";
        case state::IndexKind::erasure_order: return "confirmations of the erasure order";
        case state::IndexKind::trail_read_of_patient: return "reads of the trail of the pseudonym";
        case state::IndexKind::trail_read_at: return "reads of trails served by the node";
    }
    return {};
}

}  // namespace

Status judge(const StateBundle& bundle, const Trust& trust, Verdict& verdict) {
    PLACET_TRY_ASSIGN(const types::CommitLeaf commit, check_head(bundle.head, trust));
    const std::string key = base::to_hex(bundle.key);
    if (bundle.value) {
        PLACET_TRY(state::verify_present(commit.map_root, bundle.key, *bundle.value, bundle.proof));
        verdict.proves.push_back("The entry with the key " + key + " exists in the ledger's state and has the value " +
                                 base::to_hex(*bundle.value) + ".");
        add_fact(verdict, "value", base::to_hex(*bundle.value));
    } else {
        PLACET_TRY(state::verify_absent(commit.map_root, bundle.key, bundle.proof));
        verdict.proves.push_back("No entry with the key " + key + " exists in the ledger's state.");
    }
    add_fact(verdict, "key", key);
    add_fact(verdict, "present", bundle.value ? "yes" : "no");
    add_fact(verdict, "map_root", base::to_hex(commit.map_root.view()));
    verdict.does_not_prove.emplace_back("What the entry was at an earlier or later block.");
    say_sealed(bundle.head.certificate, trust, verdict);
    verdict.state = bundle;
    return {};
}

Status judge(const IndexBundle& bundle, const Trust& trust, Verdict& verdict) {
    PLACET_TRY_ASSIGN(const types::CommitLeaf commit, check_head(bundle.head, trust));
    PLACET_TRY_ASSIGN(const state::IndexKey key, state::decode_index_key(bundle.index_key));
    PLACET_TRY(check_id(key));
    const Bytes head_key = state::head_key(bundle.index_key);
    if (bundle.rows.empty()) {
        PLACET_TRY(state::verify_absent(commit.map_root, head_key, bundle.proof));
    } else {
        const state::SubLogHead head{bundle.rows.size(), merkle::root_of_entries(bundle.rows)};
        PLACET_TRY(state::verify_present(commit.map_root, head_key, state::encode(head), bundle.proof));
    }
    PLACET_TRY(check_rows(bundle));
    const std::string id = state::has_binary_id(key.kind) ? base::to_hex(key.id) : std::string(base::as_text(key.id));
    verdict.proves.push_back("The index of " + std::string(words_of(key.kind)) + " " + id + " (kind " +
                             std::to_string(static_cast<unsigned>(key.kind)) + ") has exactly " + std::to_string(bundle.rows.size()) +
                             " entries, and they are all in this bundle.");
    add_fact(verdict, "index_kind", std::to_string(static_cast<unsigned>(key.kind)));
    add_fact(verdict, "index_id", id);
    add_fact(verdict, "rows", std::to_string(bundle.rows.size()));
    verdict.does_not_prove.emplace_back(
        "That an entry's event is what somebody says it is: fetch the event bundle of its leaf and compare the leaf hash.");
    verdict.does_not_prove.emplace_back("That validators put every event under its keys: an omission is shown by an event and this index.");
    say_sealed(bundle.head.certificate, trust, verdict);
    verdict.index = bundle;
    return {};
}

}  // namespace placet::proof
