// Access trails: the rows of a sub-log, each with the event it points to, as far as the asker may see it. Recorded before
// it is answered.
#include "api/dto/event.hpp"
#include "api/handlers/operations.hpp"
#include "api/handlers/receipts.hpp"
#include "contracts/common/ids.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::handlers {
namespace {

namespace access = contracts::access;
namespace governance = contracts::governance;
using access::ReadSubject;
using contracts::CommandKind;
using governance::Role;
using http::Problem;
using state::IndexKind;

struct Trail {
    state::IndexKey key;
    std::string custodian;                          ///< of a patient's trail
    std::optional<contracts::Pseudonym> pseudonym;  ///< of a patient's trail
    ReadSubject subject = ReadSubject::patient_trail;
    std::string name;  ///< of any other
};

/// A text id of an index key, or why it cannot be one.
std::expected<state::IndexKey, Problem> named_key(IndexKind kind, std::string_view id, std::string_view field) {
    if (id.empty() || id.size() > state::kMaxIndexIdBytes) return invalid(field, "an id has 1 to " + std::to_string(state::kMaxIndexIdBytes) + " octets");
    return state::index_key(kind, id);
}

std::expected<Trail, Problem> patient_trail(const Context& context, IndexKind kind, std::string_view field) {
    const auto pseudonym = read_pseudonym(*context.maybe(field), field);
    if (!pseudonym) return std::unexpected(pseudonym.error());
    Trail trail;
    trail.key = state::index_key(kind, *pseudonym);
    trail.custodian = context.maybe("custodian").value_or(std::string(context.principal.organisation()));
    trail.pseudonym = *pseudonym;
    trail.subject = kind == IndexKind::trail_read_of_patient ? ReadSubject::reads : ReadSubject::patient_trail;
    return trail;
}

std::expected<Trail, Problem> named_trail(const Context& context, IndexKind kind, std::string_view field, ReadSubject subject) {
    auto key = named_key(kind, *context.maybe(field), field);
    if (!key) return std::unexpected(std::move(key).error());
    return Trail{std::move(*key), {}, std::nullopt, subject, *context.maybe(field)};
}

std::expected<Trail, Problem> access_trail(const Context& context) {
    // A custodian beside a subject says where she is a patient; alone it is the question.
    if (context.maybe("subject") && !context.maybe("dataset") && !context.maybe("researcher")) return patient_trail(context, IndexKind::access_of_patient, "subject");
    if (context.query.contains("subject") + context.query.contains("dataset") + context.query.contains("researcher") + context.query.contains("custodian") != 1)
        return invalid("subject", "ask by exactly one of subject, dataset, researcher and custodian");
    if (context.maybe("dataset")) return named_trail(context, IndexKind::access_of_dataset, "dataset", ReadSubject::dataset_trail);
    if (context.maybe("researcher")) return named_trail(context, IndexKind::access_by_actor, "researcher", ReadSubject::actor_trail);
    return named_trail(context, IndexKind::access_at_custodian, "custodian", ReadSubject::custodian_trail);
}

std::expected<Trail, Problem> read_trail(const Context& context) {
    if (context.query.contains("subject") == context.query.contains("node")) return invalid("subject", "ask by exactly one of subject and node");
    if (context.maybe("subject")) return patient_trail(context, IndexKind::trail_read_of_patient, "subject");
    auto key = named_key(IndexKind::trail_read_at, governance::node_actor_id(*context.maybe("node")), "node");
    if (!key) return std::unexpected(std::move(key).error());
    return Trail{std::move(*key), {}, std::nullopt, ReadSubject::reads, *context.maybe("node")};
}

/// The rows of a batch are a part of their own, pruned by retention.
std::optional<access::AccessRow> batch_row(const Context& context, const types::Transaction& transaction, std::uint64_t row) {
    if (transaction.payload.parts.empty()) return std::nullopt;
    const auto encoded = context.state().part(transaction.payload.parts.front());
    if (!encoded) return std::nullopt;
    const auto part = types::decode_part(*encoded);
    if (!part) return std::nullopt;
    auto rows = access::decode_rows(part->payload);
    if (!rows || row >= rows->size()) return std::nullopt;
    return std::move((*rows)[row]);
}

base::Result<dto::TrailRow> resolve(const Context& context, const Trail& trail, std::uint64_t position, base::BytesView encoded) {
    dto::TrailRow out;
    out.position = position;
    out.subject = trail.pseudonym;
    PLACET_TRY_ASSIGN(out.row, state::decode_index_row(encoded));
    const auto bytes = context.snapshot->leaf(out.row.leaf_index);
    if (!bytes) return base::refuse(base::ErrorCode::corrupt, "a leaf of a trail cannot be read");
    PLACET_TRY_ASSIGN(types::Leaf leaf, types::decode_leaf(*bytes));
    auto* event = std::get_if<types::EventLeaf>(&leaf);
    if (event == nullptr) return base::refuse(base::ErrorCode::corrupt, "a trail points to a leaf that is no event");
    PLACET_TRY_ASSIGN(out.transaction, types::decode_transaction(event->transaction, context.snapshot->genesis_hash()));
    out.leaf = std::move(*event);
    PLACET_TRY_ASSIGN(const auto sender, governance::find_actor_by_key(context.state(), out.transaction.sender));
    if (sender) out.sender = sender->id;
    const auto kind = contracts::command_kind(out.transaction.payload.kind);
    const bool whole_batch = trail.key.kind == IndexKind::access_at_custodian;
    if (kind == CommandKind::access_batch && !whole_batch) out.access_row = batch_row(context, out.transaction, out.row.row);
    if (kind == CommandKind::record_release)
        if (const auto command = contracts::decode<access::RecordRelease>(out.transaction.payload.body)) {
            PLACET_TRY_ASSIGN(out.grant, access::find_grant(context.state(), command->grant));
        }
    return out;
}

/// A clinician sees what stands under her own id, no more.
bool is_own_event(const Context& context, const dto::TrailRow& row) {
    if (!context.principal.has(Role::clinician) || context.principal.has(Role::hospital_operator) || context.principal.has(Role::gateway)) return true;
    if (row.sender == context.principal.id()) return true;
    return row.access_row && (row.access_row->staff == context.principal.id() || row.access_row->staff == contracts::name_of(context.principal.id()));
}

dto::Subjects subjects_for(const Context& context, const Trail& trail) {
    if (trail.pseudonym || context.sees_all()) return dto::Subjects::shown;
    const bool at_custodian = trail.key.kind == IndexKind::access_at_custodian;
    if (at_custodian) return dto::Subjects::shown;
    const auto found = contracts::dataset::find_dataset(context.state(), trail.name);
    const bool own_dataset = trail.key.kind == IndexKind::access_of_dataset && found && *found && auth::sees_subjects(context.principal, (*found)->custodian);
    return own_dataset ? dto::Subjects::shown : dto::Subjects::hidden;
}

std::expected<std::uint64_t, Problem> first_position(const Context& context, base::BytesView key, const Page& page) {
    if (page.after()) {
        base::cbor::Reader reader(*page.after());
        const std::uint64_t last = reader.uint("position");
        if (!reader.finish()) return invalid("cursor", "not a cursor of this list");
        return last + 1;
    }
    const auto from = maybe_instant(context, "from");
    if (!from) return std::unexpected(from.error());
    return *from ? context.snapshot->index_first_at(key, **from) : 0;
}

/// The rows as a page; nothing of it leaves before the read is recorded.
Answer trail_page(const Context& context, const Trail& trail) {
    const base::Bytes key = state::encode(trail.key);
    auto page = Page::open(context);
    if (!page) return std::unexpected(std::move(page).error());
    const auto first = first_position(context, key, *page);
    if (!first) return std::unexpected(first.error());
    const auto to = maybe_instant(context, "to");
    if (!to) return std::unexpected(to.error());
    std::optional<base::Error> failure;
    const dto::Subjects subjects = subjects_for(context, trail);
    context.snapshot->index_rows(key, *first, [&](std::uint64_t position, base::BytesView encoded) {
        const auto row = resolve(context, trail, position, encoded);
        if (!row) {
            failure = row.error();
            return false;
        }
        if (*to && row->leaf.block_time_ms >= **to) return false;
        if (!is_own_event(context, *row)) return true;
        if (page->is_full()) {
            page->set_more();
            return false;
        }
        page->add(dto::trail_row_json(*row, subjects), std::move(base::cbor::Writer().uint(position)).take());
        return true;
    });
    if (failure) return refused({base::ErrorCode::corrupt, failure->message, {}});
    access::TrailRead read{{}, trail.subject, trail.pseudonym, trail.name, 0, page->count()};
    if (auto recorded = record_read(context, std::move(read)); !recorded) return std::unexpected(std::move(recorded).error());
    return std::move(*page).close();
}

Answer answer_trail(const Context& context, const std::expected<Trail, Problem>& trail) {
    if (!trail) return std::unexpected(trail.error());
    if (!context.sees_all()) {
        const auto owns = auth::owns_trail(context.principal, context.state(), trail->key, trail->custodian);
        if (!owns) return refused(owns.error());
        if (!*owns) return not_found("trail");
    }
    return trail_page(context, *trail);
}

}  // namespace

Answer list_access_events(const Context& context) { return answer_trail(context, access_trail(context)); }
Answer list_trail_reads(const Context& context) { return answer_trail(context, read_trail(context)); }

}  // namespace placet::api::handlers
