// Emergency accesses with their reviews, and what waits at the node's own house: the alert.
#include "api/dto/described.hpp"
#include "api/handlers/backlog.hpp"
#include "api/handlers/operations.hpp"
#include "contracts/access/emergency.hpp"

namespace placet::api::handlers {
namespace {

namespace access = contracts::access;

std::string emergency_json(const access::EmergencyAccess& one, base::TimeMs now_ms) {
    dto::JsonWriter writer;
    writer.begin_object();
    dto::write_fields(writer, one.told, {"d_part"});
    dto::write_fields(writer, one, {"told"});
    writer.key("overdue").boolean(one.is_overdue(now_ms)).end_object();
    return std::move(writer).finish();
}

bool is_wanted(const access::EmergencyAccess& one, const std::string& state, base::TimeMs now_ms) {
    return state == "overdue" ? one.is_overdue(now_ms) : access::to_string(one.state) == state;
}

/// The organisation that runs the node asked.
std::string own_organisation(const Backend& backend, const Snapshot& snapshot) {
    const std::string name = backend.status().node;
    for (const auto& validator : snapshot.validators().validators)
        if (validator.name == name) return validator.organisation;
    return {};
}

}  // namespace

Answer list_break_glass(const Context& context) {
    const auto state = context.maybe("state");
    if (state && *state != "open" && *state != "overdue" && *state != "justified" && *state != "unjustified")
        return invalid("state", "an emergency access is open, overdue (of those that are open), justified or unjustified");
    const auto custodian = context.maybe("custodian");
    const std::string own(context.principal.organisation());
    if (!context.sees_all() && custodian && *custodian != own) return not_found("custodian");
    const base::Bytes prefix = context.sees_all() && !custodian ? contracts::scan_prefix(contracts::EntryKind::break_glass, 3)
                                                                : access::break_glass_prefix(custodian.value_or(own));
    const base::TimeMs now_ms = context.state().block_time_ms();
    auto page = entries_page<access::EmergencyAccess>(context, prefix, [&](const access::EmergencyAccess& one) -> base::Result<std::optional<std::string>> {
        if (state && !is_wanted(one, *state, now_ms)) return std::nullopt;
        if (!context.sees_all() && !auth::owns_patient(context.principal, one.told.custodian, one.told.pseudonym)) return std::nullopt;
        return emergency_json(one, now_ms);
    });
    if (!page) return std::unexpected(std::move(page).error());
    access::TrailRead read{{}, access::ReadSubject::consents, std::nullopt, custodian.value_or(own), 0, page->count()};
    if (const auto& actor = context.principal.actor; actor && actor->subject) read.pseudonym = actor->subject;
    if (auto recorded = record_read(context, std::move(read)); !recorded) return std::unexpected(std::move(recorded).error());
    return std::move(*page).close();
}

std::optional<access::Backlog> own_backlog(const Backend& backend, const Snapshot& snapshot) {
    const std::string organisation = own_organisation(backend, snapshot);
    if (organisation.empty()) return std::nullopt;
    const auto found = access::backlog_of(snapshot.state(), organisation);
    return found ? std::optional(*found) : std::nullopt;
}

std::string backlog_metrics(const access::Backlog& backlog) {
    const auto gauge = [](std::string_view name, std::string_view help, std::uint64_t value) {
        const std::string text(name);
        return "# HELP " + text + ' ' + std::string(help) + "\n# TYPE " + text + " gauge\n" + text + ' ' + std::to_string(value) + '\n';
    };
    return gauge("placet_break_glass_open", "Emergency accesses at the node's organisation that wait for their review", backlog.reviews_open) +
           gauge("placet_break_glass_overdue", "Those whose review is overdue", backlog.reviews_overdue) +
           gauge("placet_withdrawals_waiting", "Withdrawals that holders of grants over its datasets have not acknowledged", backlog.withdrawals_waiting) +
           gauge("placet_withdrawals_overdue", "Those not acknowledged for 72 hours", backlog.withdrawals_overdue);
}

}  // namespace placet::api::handlers
