// The shapes, from the resource inwards.
#include "api/fhir/resource_shape.hpp"

#include <algorithm>
#include <array>

#include "api/fhir/fhir_time.hpp"

namespace placet::api::fhir {
namespace {

using base::ErrorCode;
using base::Status;

/// Elements of that name are references wherever they stand at the top of a resource.
constexpr std::array<std::string_view, 14> kReferences = {"subject",   "patient",  "encounter", "performer", "author",
                                                          "recorder",  "asserter", "requester", "basedOn",   "partOf",
                                                          "individual", "beneficiary", "for",   "focus"};
constexpr std::array<std::string_view, 3> kFlags = {"active", "actual", "inactive"};
constexpr std::array<std::string_view, 7> kCodingMembers = {"id",   "extension", "system",      "version",
                                                            "code", "display",   "userSelected"};

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

Status refuse_at(const std::string& path, std::string_view wanted, const JsonValue& value) {
    return base::refuse(ErrorCode::malformed, "must be " + std::string(wanted) + ", but is " + std::string(to_words(value.kind)), path);
}

Status expect(const JsonValue& parent, std::string_view name, JsonKind kind, const std::string& path) {
    const JsonValue* value = parent.find(name);
    if (value == nullptr || value->is(kind)) return {};
    return refuse_at(path + "." + std::string(name), to_words(kind), *value);
}

/// A list whose items are all of one kind.
Status expect_list(const JsonValue& list, JsonKind kind, const std::string& path) {
    if (!list.is(JsonKind::array)) return refuse_at(path, "an array", list);
    for (std::size_t i = 0; i < list.elements.size(); ++i)
        if (!list.elements[i].is(kind)) return refuse_at(path + "[" + std::to_string(i) + "]", to_words(kind), list.elements[i]);
    return {};
}

Status check_coding(const JsonValue& coding, const std::string& path) {
    for (const JsonMember& member : coding.members)
        if (!is_in(kCodingMembers, member.name) && !member.name.starts_with('_'))
            return base::refuse(ErrorCode::malformed, "a Coding has no element of this name", path + "." + member.name);
    PLACET_TRY(expect(coding, "system", JsonKind::string, path));
    return expect(coding, "code", JsonKind::string, path);
}

Status check_codings(const JsonValue& list, const std::string& path) {
    PLACET_TRY(expect_list(list, JsonKind::object, path));
    for (std::size_t i = 0; i < list.elements.size(); ++i) PLACET_TRY(check_coding(list.elements[i], path + "[" + std::to_string(i) + "]"));
    return {};
}

Status check_meta(const JsonValue& meta, const std::string& path) {
    PLACET_TRY(expect(meta, "versionId", JsonKind::string, path));
    PLACET_TRY(expect(meta, "lastUpdated", JsonKind::string, path));
    if (const std::string_view text = meta.text_of("lastUpdated"); meta.find("lastUpdated") != nullptr)
        if (const auto instant = read_date_time(text); !instant)
            return base::refuse(instant.error().code, instant.error().message, path + ".lastUpdated");
    if (const JsonValue* profiles = meta.find("profile")) PLACET_TRY(expect_list(*profiles, JsonKind::string, path + ".profile"));
    for (const char* name : {"security", "tag"})
        if (const JsonValue* labels = meta.find(name)) PLACET_TRY(check_codings(*labels, path + "." + name));
    return {};
}

Status check_reference(const JsonValue& value, const std::string& path) {
    if (value.is(JsonKind::array)) return expect_list(value, JsonKind::object, path);
    return value.is(JsonKind::object) ? Status{} : refuse_at(path, "an object", value);
}

/// Whatever stands anywhere under a name that always means the same.
Status check_anywhere(const JsonValue& value, const std::string& path);

Status check_member(const JsonMember& member, const std::string& path) {
    const JsonValue& value = member.value;
    if (member.name == "extension" || member.name == "modifierExtension") {
        PLACET_TRY(expect_list(value, JsonKind::object, path));
        for (std::size_t i = 0; i < value.elements.size(); ++i)
            if (value.elements[i].text_of("url").empty())
                return base::refuse(ErrorCode::malformed, "an extension needs its url", path + "[" + std::to_string(i) + "].url");
    }
    if (member.name == "coding") PLACET_TRY(check_codings(value, path));
    if (member.name == "reference" && !value.is(JsonKind::string)) PLACET_TRY(check_reference(value, path));
    if (is_in(kFlags, member.name) && !value.is(JsonKind::boolean)) return refuse_at(path, "true or false", value);
    return check_anywhere(value, path);
}

Status check_anywhere(const JsonValue& value, const std::string& path) {
    for (std::size_t i = 0; i < value.elements.size(); ++i)
        PLACET_TRY(check_anywhere(value.elements[i], path + "[" + std::to_string(i) + "]"));
    for (const JsonMember& member : value.members) PLACET_TRY(check_member(member, path + "." + member.name));
    return {};
}

Status check_resource(const JsonValue& resource, const std::string& path) {
    PLACET_TRY(expect(resource, "id", JsonKind::string, path));
    PLACET_TRY(expect(resource, "language", JsonKind::string, path));
    PLACET_TRY(expect(resource, "implicitRules", JsonKind::string, path));
    PLACET_TRY(expect(resource, "text", JsonKind::object, path));
    PLACET_TRY(expect(resource, "meta", JsonKind::object, path));
    if (const JsonValue* meta = resource.find("meta")) PLACET_TRY(check_meta(*meta, path + ".meta"));
    for (const std::string_view name : kReferences)
        if (const JsonValue* value = resource.find(name)) PLACET_TRY(check_reference(*value, path + "." + std::string(name)));
    const JsonValue* contained = resource.find("contained");
    if (contained == nullptr) return {};
    PLACET_TRY(expect_list(*contained, JsonKind::object, path + ".contained"));
    for (std::size_t i = 0; i < contained->elements.size(); ++i)
        PLACET_TRY(check_resource(contained->elements[i], path + ".contained[" + std::to_string(i) + "]"));
    return {};
}

}  // namespace

Status check_shape(const JsonValue& resource) {
    const std::string path(resource.text_of("resourceType"));
    PLACET_TRY(check_resource(resource, path));
    return check_anywhere(resource, path);
}

}  // namespace placet::api::fhir
