// Leaves to words.
#include "api/dto/event.hpp"

#include <nlohmann/json.hpp>

#include "api/dto/cbor_view.hpp"
#include "api/dto/described.hpp"
#include "api/dto/json.hpp"
#include "contracts/access/emergency.hpp"
#include "contracts/consent/commands.hpp"
#include "contracts/dataset/commands.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::dto {
namespace {

namespace access = contracts::access;
namespace consent = contracts::consent;
namespace dataset = contracts::dataset;
using contracts::CommandKind;

template <class Detail>
std::optional<std::string> as(base::BytesView detail) {
    const auto decoded = contracts::decode<Detail>(detail);
    return decoded ? std::optional(described_json(*decoded)) : std::nullopt;
}

std::optional<std::string> typed_detail(CommandKind kind, base::BytesView detail) {
    switch (kind) {
        case CommandKind::withdraw_consent: return as<consent::WithdrawalDetail>(detail);
        case CommandKind::add_members:
        case CommandKind::remove_members: return as<dataset::MembersDetail>(detail);
        case CommandKind::stage_diseases: return as<dataset::DiseasesDetail>(detail);
        case CommandKind::submit_request: return as<access::RequestDetail>(detail);
        case CommandKind::cast_vote: return as<access::VoteDetail>(detail);
        case CommandKind::record_release: return as<access::ReleaseDetail>(detail);
        case CommandKind::access_batch: return as<access::BatchDetail>(detail);
        case CommandKind::break_glass: return as<access::BreakGlassDetail>(detail);
        case CommandKind::review_break_glass: return as<access::ReviewDetail>(detail);
        default: return std::nullopt;
    }
}

void write_place(JsonWriter& writer, const TrailRow& row) {
    writer.key("transaction").hex(row.transaction.id.view()).key("position").uint(row.position);
    writer.key("leaf_index").uint(row.row.leaf_index).key("row").uint(row.row.row);
    writer.key("height").uint(row.leaf.height).key("recorded_at").instant(row.leaf.block_time_ms);
}

void write_release(JsonWriter& writer, const TrailRow& row, Subjects subjects) {
    const auto command = contracts::decode<access::RecordRelease>(row.transaction.payload.body);
    if (command) {
        writer.key("grant").text(command->grant).key("categories").begin_array();
        for (const std::string& category : command->categories) writer.text(category);
        writer.end_array();
    }
    if (row.grant) {
        writer.key("dataset").text(row.grant->dataset).key("custodian").text(row.grant->custodian);
        writer.key("researcher").text(row.grant->researcher).key("study").text(row.grant->study);
        writer.key("purposes").begin_array();
        for (const auto& purpose : row.grant->purposes) writer.text(purpose.code);
        writer.end_array();
    }
    const auto detail = contracts::decode<access::ReleaseDetail>(row.leaf.outcome.detail);
    if (!detail) return;
    if (subjects == Subjects::hidden) {
        // Whoever asks for data learns of her own releases in tens only, like of any other count.
        const auto permitted = std::ranges::count_if(detail->answers, [](const auto& answer) { return answer.permits(); });
        writer.key("released_about").uint((static_cast<std::uint64_t>(permitted) + 5) / 10 * 10);
        return;
    }
    writer.key("answers").begin_array();
    for (const access::ReleaseAnswer& answer : detail->answers) {
        if (row.subject && answer.pseudonym != *row.subject) continue;
        writer.begin_object().key("subject").hex(answer.pseudonym.view()).key("code").text(answer.code);
        writer.key("permitted").boolean(answer.permits()).end_object();
    }
    writer.end_array();
}

void write_batch(JsonWriter& writer, const TrailRow& row, Subjects subjects) {
    const auto command = contracts::decode<access::AccessBatch>(row.transaction.payload.body);
    if (command) {
        writer.key("custodian").text(command->custodian).key("sequence").uint(command->sequence);
        if (!row.subject && !row.access_row)
            writer.key("rows").uint(command->rows).key("first").instant(command->first_ms).key("last").instant(command->last_ms);
    }
    if (!row.access_row) return;
    const access::AccessRow& one = *row.access_row;
    if (subjects == Subjects::shown) writer.key("subject").hex(one.pseudonym.view());
    writer.key("staff").text(one.staff).key("purpose").text(one.purpose).key("category").text(one.category);
    writer.key("action").text(one.action).key("occurred_at").instant(one.occurred_at_ms).key("commitment").hex(one.commitment.view());
}

void write_break_glass(JsonWriter& writer, const TrailRow& row, Subjects subjects) {
    const auto command = contracts::decode<access::BreakGlass>(row.transaction.payload.body);
    if (!command) return;
    writer.key("custodian").text(command->custodian).key("staff").text(command->staff).key("purpose").text(command->purpose);
    writer.key("emergency").text(command->id).key("group").text(command->group).key("until").instant(command->until_ms);
    writer.key("reason").text(command->reason).key("occurred_at").instant(command->occurred_at_ms);
    if (subjects == Subjects::shown) writer.key("subject").hex(command->pseudonym.view());
}

void write_read(JsonWriter& writer, const TrailRow& row, Subjects subjects) {
    const auto command = contracts::decode<access::RecordReads>(row.transaction.payload.body);
    if (!command || row.row.row >= command->reads.size()) return;
    const access::TrailRead& read = command->reads[row.row.row];
    writer.key("reader").text(read.reader).key("what").text(access::to_string(read.subject)).key("read_at").instant(read.read_at_ms);
    writer.key("rows").uint(read.rows);
    if (!read.name.empty()) writer.key("name").text(read.name);
    if (read.pseudonym && subjects == Subjects::shown) writer.key("subject").hex(read.pseudonym->view());
}

}  // namespace

std::string detail_json(CommandKind kind, const types::Outcome& outcome) {
    if (outcome.detail.empty()) return "null";
    if (auto typed = typed_detail(kind, outcome.detail)) return *typed;
    if (!outcome.accepted)
        if (auto refusal = as<contracts::RefusalDetail>(outcome.detail)) return *refusal;
    return dump_json(cbor_view(outcome.detail));
}

std::string receipt_json(const Receipt& receipt, std::optional<CommandKind> kind) {
    nlohmann::json out = to_json(receipt);
    out["sentence"] = contracts::outcome_sentence(receipt.outcome.code);
    if (std::string advice = contracts::outcome_advice(receipt.outcome.code); !advice.empty()) out["advice"] = std::move(advice);
    if (kind) {
        out["command"] = contracts::to_string(*kind);
        if (auto detail = parse_json(detail_json(*kind, receipt.outcome))) out["detail"] = std::move(*detail);
    }
    return dump_json(out);
}

std::string trail_row_json(const TrailRow& row, Subjects subjects) {
    JsonWriter writer;
    writer.begin_object();
    write_place(writer, row);
    const auto kind = contracts::command_kind(row.transaction.payload.kind);
    if (kind) writer.key("kind").text(contracts::to_string(*kind));
    if (!row.sender.empty()) writer.key("recorded_by").text(row.sender);
    writer.key("accepted").boolean(row.leaf.outcome.accepted).key("code").text(row.leaf.outcome.code);
    writer.key("sentence").text(contracts::outcome_sentence(row.leaf.outcome.code));
    if (kind == CommandKind::record_release) write_release(writer, row, subjects);
    if (kind == CommandKind::access_batch) write_batch(writer, row, subjects);
    if (kind == CommandKind::break_glass) write_break_glass(writer, row, subjects);
    if (kind == CommandKind::record_reads) write_read(writer, row, subjects);
    writer.end_object();
    return std::move(writer).finish();
}

}  // namespace placet::api::dto
