// Reading a payload into a flat list: the order of fields is that of model.hpp.
#include "contracts/consent/flat_consent.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "contracts/consent/conditions.hpp"
#include "contracts/consent/reading.hpp"

namespace placet::contracts::consent {
namespace {

Period read_period(PayloadCursor& cursor) {
    cursor.array_of(2);
    const std::optional<TimeMs> from = cursor.maybe_uint();
    return {from, cursor.maybe_uint()};
}

template <class Enum>
Enum read_enum(PayloadCursor& cursor) {
    const std::uint64_t value = cursor.uint();
    return static_cast<Enum>(std::min(value, static_cast<std::uint64_t>(last_of(Enum{}))));
}

std::optional<ProvisionType> read_type(PayloadCursor& cursor) {
    const std::optional<std::uint64_t> value = cursor.maybe_uint();
    if (!value) return std::nullopt;
    return *value == 0 ? ProvisionType::deny : ProvisionType::permit;
}

/// The next label that is a condition; none at the end.
std::optional<CodingView> next_condition_label(PayloadCursor& cursor, std::size_t& left) {
    while (left > 0) {
        --left;
        const CodingView label = cursor.coding();
        if (!is_duty_label(label.system, label.code)) return label;
    }
    return std::nullopt;
}

bool has_condition_label(BytesView labels) {
    PayloadCursor cursor(labels);
    std::size_t left = cursor.array();
    return next_condition_label(cursor, left).has_value();
}

bool same_labels(BytesView a, BytesView b) {
    if (std::ranges::equal(a, b)) return true;
    PayloadCursor one(a);
    PayloadCursor other(b);
    std::size_t left = one.array();
    std::size_t other_left = other.array();
    for (;;) {
        const auto x = next_condition_label(one, left);
        const auto y = next_condition_label(other, other_left);
        if (!x || !y) return !x && !y;
        if (x->system != y->system || x->code != y->code) return false;
    }
}

std::uint64_t mixed(std::uint64_t digest, BytesView octets) {
    for (std::size_t i = 0; i < octets.size(); i += sizeof digest) {
        std::uint64_t word = 0;
        std::memcpy(&word, octets.data() + i, std::min(sizeof word, octets.size() - i));
        digest = (digest ^ word) * 0x9e3779b97f4a7c15ULL;
        digest ^= digest >> 29;
    }
    return digest;
}

}  // namespace

bool FlatReader::DataConditions::constrain() const {
    constexpr std::array<std::uint8_t, 3> kOpenPeriod = {0x82, 0xf6, 0xf6};
    constexpr std::size_t kThreeEmptyArrays = 3;
    constexpr std::size_t kEmptyArray = 1;
    return !std::ranges::equal(data_period, kOpenPeriod) || kinds_and_codes.size() > kThreeEmptyArrays ||
           data.size() > kEmptyArray || (labels.size() > kEmptyArray && has_condition_label(labels));
}

std::uint64_t FlatReader::DataConditions::digest() const {
    return mixed(mixed(mixed(1, data_period), kinds_and_codes), data);
}

Result<const FlatConsent*> FlatReader::read(BytesView payload, const ScreeningQuestion& question) {
    PayloadCursor cursor(payload);
    cursor.array_of(2);
    if (cursor.uint() != 1 && cursor.ok())
        return refuse(ErrorCode::unsupported, "the consent's format is not 1", "version");
    read_header(cursor);
    flat_.provisions.clear();
    conditions_.clear();
    read_provisions(cursor, question);
    flat_.doubtful = !cursor.next_is_empty_array();
    cursor.skip();
    if (!cursor.ok() || !cursor.at_end())
        return refuse(ErrorCode::malformed, "the consent's payload ends early or has another shape", "consent");
    if (std::ranges::any_of(flat_.provisions, [](const FlatProvision& one) { return one.depth > kMaxProvisionDepth; }))
        return refuse(ErrorCode::too_large, "provisions are nested more than 8 levels deep", "root");
    const TimeMs at = question.at();
    flat_.in_force = is_active_ && (!date_time_ms_ || at >= *date_time_ms_) && root_period_.contains(at);
    return &flat_;
}

void FlatReader::read_header(PayloadCursor& cursor) {
    cursor.array_of(12);
    flat_.fhir_version = read_enum<FhirVersion>(cursor);
    flat_.profile = read_enum<Profile>(cursor);
    is_active_ = read_enum<DocumentStatus>(cursor) == DocumentStatus::active;
    cursor.skip();  // scope
    cursor.skip();  // categories
    date_time_ms_ = cursor.maybe_uint();
    cursor.skip();  // performers
    cursor.skip();  // organizations
    flat_.policy_base.reset();
    const std::size_t rules = cursor.array();
    for (std::size_t i = 0; i < rules && cursor.ok(); ++i) {
        const CodingView rule = cursor.coding();
        const auto base = base_of_policy_rule(rule.system, rule.code);
        if (base && flat_.policy_base != ProvisionType::deny) flat_.policy_base = base;
    }
    cursor.skip();  // policy_uris
}

void FlatReader::read_provisions(PayloadCursor& cursor, const ScreeningQuestion& question) {
    open_.clear();
    open_.push_back({FlatProvision::kNone, 1});
    while (!open_.empty() && cursor.ok()) {
        if (open_.back().left == 0) {
            open_.pop_back();
            continue;
        }
        --open_.back().left;
        const auto place = static_cast<std::uint32_t>(flat_.provisions.size());
        FlatProvision& one = flat_.provisions.emplace_back();
        one.depth = static_cast<std::uint32_t>(open_.size());
        one.parent = open_.back().provision;
        read_one(cursor, question, one);
        if (const std::size_t below = cursor.array(); below > 0) open_.push_back({place, below});
    }
}

void FlatReader::read_one(PayloadCursor& cursor, const ScreeningQuestion& question, FlatProvision& out) {
    cursor.array_of(12);
    out.type = read_type(cursor);
    const Period period = read_period(cursor);
    DataConditions data;
    data.data_period = cursor.skip();
    out.names_asker = !cursor.next_is_empty_array();
    Fits fits = question.read_actors(cursor);
    out.names_asker |= !cursor.next_is_empty_array();
    fits = fits & question.read_actions(cursor);
    out.names_asker |= !cursor.next_is_empty_array();
    fits = fits & question.read_purposes(cursor);
    out.alone = period.contains(question.at()) ? fits : Fits{};
    out.enclosed = out.alone;
    if (out.parent == FlatProvision::kNone)
        root_period_ = period;
    else
        out.enclosed = out.alone & flat_.provisions[out.parent].enclosed;
    const std::uint8_t* const kinds = cursor.position();
    cursor.skip();  // classes
    cursor.skip();  // resource types
    out.policy_codes = question.read_policy_codes(cursor);
    if (!cursor.ok()) return;
    data.kinds_and_codes = {kinds, cursor.position()};
    data.labels = cursor.skip();
    data.data = cursor.skip();
    if (cursor.ok() && data.constrain()) out.condition = number_of(data);
}

std::uint32_t FlatReader::number_of(const DataConditions& conditions) {
    const std::uint64_t digest = conditions.digest();
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
        const auto& [known_digest, known] = conditions_[i];
        if (known_digest == digest && std::ranges::equal(known.data_period, conditions.data_period) &&
            std::ranges::equal(known.kinds_and_codes, conditions.kinds_and_codes) &&
            std::ranges::equal(known.data, conditions.data) && same_labels(known.labels, conditions.labels))
            return static_cast<std::uint32_t>(i);
    }
    conditions_.emplace_back(digest, conditions);
    return static_cast<std::uint32_t>(conditions_.size() - 1);
}

}  // namespace placet::contracts::consent
