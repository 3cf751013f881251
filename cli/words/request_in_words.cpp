// See request_in_words.hpp. Counts are those that the ledger tells: rounded to ten, suppressed under ten.
#include "cli/words/request_in_words.hpp"

#include <fmt/format.h>

namespace placet::cli::words {

using frame::Json;
using Lines = std::vector<std::string>;

namespace {

std::string told(const Json& counts, std::string_view name) {
    const Json& count = counts.at(name);
    return count_in_words(count.is_null() ? std::nullopt : std::optional(count.number()));
}

std::string told_time(const std::string& text) {
    const auto instant = base::from_rfc3339(text);
    return instant ? time_in_words(*instant) : text;
}

std::string state_in_words(std::string_view state) {
    if (state == "submitted") return "waits for the hospital's validator to count consents";
    if (state == "review") return "waits for the committee's votes";
    if (state == "granted") return "granted";
    if (state == "refused") return "refused";
    if (state == "withdrawn") return "taken back by the researcher";
    return std::string(state);
}

void add_decision(Lines& out, const Json& decision) {
    out.push_back(fmt::format("{} of {}: {}", decision.text_at("dataset"), decision.text_at("custodian"), state_in_words(decision.text_at("state"))));
    out.push_back(fmt::format("  the dataset's terms say: {}", decision.text_at("duo")));
    for (const Json& reason : decision.rows_at("reasons")) {
        out.push_back(fmt::format("  - {}{}", reason.text_at("subject").empty() ? "" : reason.text_at("subject") + ": ", reason.text_at("text")));
        const std::string text = reason.text_at("text");
        if (const std::string advice = contracts::outcome_advice(reason.text_at("code")); !advice.empty() && text.find(advice) == std::string::npos)
            out.push_back("    what would change it: " + advice);
    }
    if (!decision.texts_at("obligations").empty()) out.push_back("  conditions of use: " + joined(decision.texts_at("obligations")));
    if (const Json& cohort = decision.at("cohort"); !cohort.is_null()) {
        const Json& counts = cohort.at("counts");
        out.push_back(
            fmt::format("  of {} people, the consents permit it for {}, deny it for {}, say nothing of it for {}, are "
                        "doubtful for {} (at height {})",
                        told(counts, "members"), told(counts, "permit"), told(counts, "deny"),
                        told(counts, "not_applicable"), told(counts, "indeterminate"), cohort.number_at("height")));
    }
    for (const Json& vote : decision.rows_at("votes"))
        out.push_back(
            fmt::format("  {} voted {} ({})", vote.text_at("member"), vote.at("approve").truth() ? "for it" : "against it", vote.text_at("reason")));
    if (const std::string grant = decision.text_at("grant"); !grant.empty()) out.push_back("  grant " + grant);
}

}  // namespace

std::string request_line(const Json& request) {
    return fmt::format("{}: {}, \"{}\", by {}", request.text_at("id"), request.text_at("state"), request.at("asked").text_at("title"),
                       request.text_at("researcher"));
}

Lines request_in_words(const Json& request) {
    const Json& asked = request.at("asked");
    Lines out{request_line(request)};
    const Json& terms = asked.at("terms");
    Lines purposes;
    for (const std::string& text : terms.texts_at("purposes")) {
        const auto purpose = contracts::dataset::use_from(text);
        purposes.push_back(purpose ? std::string(contracts::dataset::words(*purpose)) : text);
    }
    out.push_back(fmt::format("asked {} in study {} for: {}", told_time(request.text_at("submitted_at")),
                              asked.text_at("study"), purposes.empty() ? "no stated purpose" : joined(purposes)));
    if (!terms.texts_at("diseases").empty()) out.push_back("diseases: " + joined(terms.texts_at("diseases")));
    if (const std::string approval = asked.text_at("ethics_approval"); !approval.empty()) out.push_back("ethics approval: " + approval);
    if (const std::uint64_t months = terms.number_at("months"); months > 0) out.push_back(fmt::format("for {} months", months));
    for (const Json& decision : request.rows_at("datasets")) add_decision(out, decision);
    for (const std::string& member : request.texts_at("conflicts")) out.push_back(member + " declared a conflict of interest and does not vote");
    return out;
}

}  // namespace placet::cli::words
