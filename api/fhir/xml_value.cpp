// pugixml builds the tree; here it becomes the JSON form: which elements are lists is told by FHIR's definitions for
// Consent, Bundle and the datatypes they use, elsewhere by repetition (readers of other resources take one and a list
// of one alike).
#include "api/fhir/xml_value.hpp"

#include <algorithm>
#include <array>
#include <pugixml.hpp>

#include "api/fhir/xml_markup.hpp"

namespace placet::api::fhir {

using base::ErrorCode;
using base::Result;
using base::Status;

namespace {

constexpr std::string_view kNamespace = "http://hl7.org/fhir";
constexpr std::string_view kXhtml = "http://www.w3.org/1999/xhtml";

/// What the children of an element are told by.
enum class Kind : std::uint8_t { other, consent_r4, consent_r5, provision, bundle, concept_value, meta };

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool is_list(Kind kind, std::string_view name) {
    static constexpr std::array<std::string_view, 3> kAnywhere = {"extension", "modifierExtension", "contained"};
    static constexpr std::array<std::string_view, 6> kConsentR4 = {"identifier",   "category", "performer",
                                                                   "organization", "policy",   "verification"};
    static constexpr std::array<std::string_view, 12> kConsentR5 = {
        "identifier", "category",         "grantor",         "grantee",    "manager",      "controller",
        "provision",  "sourceAttachment", "sourceReference", "policyText", "verification", "regulatoryBasis"};
    static constexpr std::array<std::string_view, 10> kProvision = {"actor", "action",       "securityLabel", "purpose",
                                                                    "class", "documentType", "resourceType",  "code",
                                                                    "data",  "provision"};
    if (is_in(kAnywhere, name)) return true;
    switch (kind) {
        case Kind::consent_r4:
            return is_in(kConsentR4, name);
        case Kind::consent_r5:
            return is_in(kConsentR5, name);
        case Kind::provision:
            return is_in(kProvision, name);
        case Kind::bundle:
            return name == "entry" || name == "link";
        case Kind::meta:
            return name == "profile" || name == "security" || name == "tag";
        case Kind::other:
        case Kind::concept_value:
            return name == "coding" || name == "verificationDate";
    }
    return false;
}

bool is_boolean(std::string_view name) {
    static constexpr std::array<std::string_view, 8> kNames = {
        "verified", "userSelected", "active", "actual", "inactive", "exclude", "valueBoolean", "deceasedBoolean"};
    return is_in(kNames, name);
}

class Converter {
public:
    Converter(std::string_view text, const ElementEnds& ends) : text_(text), ends_(ends) {}

    Result<JsonValue> document(const pugi::xml_document& document) {
        pugi::xml_node root;
        for (const pugi::xml_node& child : document.children()) {
            if (child.type() != pugi::node_element) continue;
            if (root) return refuse(child, "a document has one root element");
            root = child;
        }
        if (!root) return base::refuse(ErrorCode::malformed, "there is no element in this document");
        const std::string_view name = root.name();
        const std::size_t colon = name.find(':');
        prefix_ = colon == std::string_view::npos ? std::string() : std::string(name.substr(0, colon + 1));
        const std::string declared = prefix_.empty() ? "xmlns" : "xmlns:" + prefix_.substr(0, colon);
        if (root.attribute(declared.c_str()).value() != kNamespace)
            return refuse(root, "the root element is not in FHIR's namespace: xmlns=\"http://hl7.org/fhir\"");
        return resource(root);
    }

private:
    [[nodiscard]] std::size_t begin_of(const pugi::xml_node& node) const {
        return static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 1)) - 1;
    }
    [[nodiscard]] std::unexpected<base::Error> refuse(const pugi::xml_node& node, std::string message) const {
        return base::refuse(ErrorCode::malformed, place_in_text(text_, begin_of(node)) + ": " + std::move(message));
    }
    void put_place(JsonValue& value, const pugi::xml_node& node) const {
        value.begin = begin_of(node);
        const auto found = ends_.find(value.begin);
        value.end = found == ends_.end() ? value.begin : found->second;
    }

    Result<std::string> name_of(const pugi::xml_node& node) const {
        std::string name = node.name();
        if (!prefix_.empty() && name.starts_with(prefix_)) return name.substr(prefix_.size());
        if (name.find(':') != std::string::npos || (!prefix_.empty() && name != "div"))
            return refuse(node, "the element \"" + name + "\" is not in FHIR's namespace");
        return name;
    }

    Result<JsonValue> resource(const pugi::xml_node& node) {
        PLACET_TRY_ASSIGN(const std::string type, name_of(node));
        JsonValue out = JsonValue::object();
        put_place(out, node);
        out.set("resourceType", JsonValue::string(type));
        Kind kind = Kind::other;
        if (type == "Consent") kind = is_r5(node) ? Kind::consent_r5 : Kind::consent_r4;
        if (type == "Bundle") kind = Kind::bundle;
        PLACET_TRY(attributes(node, out));
        PLACET_TRY(children(node, kind, out));
        return out;
    }

    bool is_r5(const pugi::xml_node& node) const {
        for (const char* name : {"decision", "subject", "grantor", "grantee", "manager", "controller",
                                 "regulatoryBasis", "policyBasis", "policyText", "date"})
            if (node.child((prefix_ + name).c_str())) return true;
        return false;
    }

    /// `id` and `url` are members of their own; `value` is the value; namespaces and the schema's place say nothing
    /// more.
    Status attributes(const pugi::xml_node& node, JsonValue& out) const {
        std::vector<std::string_view> seen;
        for (const pugi::xml_attribute& attribute : node.attributes()) {
            const std::string_view name = attribute.name();
            if (std::ranges::find(seen, name) != seen.end())
                return refuse(node, "the attribute \"" + std::string(name) + "\" stands here twice");
            seen.push_back(name);
            if (name == "xmlns" && attribute.value() != kNamespace && !prefix_.empty()) continue;
            if (name == "xmlns" && attribute.value() != kNamespace)
                return refuse(node, "an element that is not in FHIR's namespace");
            if (name == "xmlns" || name == "value" || name.starts_with("xmlns:") || name.starts_with("xsi:")) continue;
            if (name != "id" && name != "url")
                return refuse(node, "the attribute \"" + std::string(name) + "\" is none of FHIR's");
            out.set(name, JsonValue::string(attribute.value()));
        }
        return {};
    }

    Status children(const pugi::xml_node& node, Kind kind, JsonValue& out) {
        for (const pugi::xml_node& child : node.children()) {
            if (child.type() == pugi::node_comment) continue;
            if (child.type() != pugi::node_element)
                return refuse(node, "there is text between elements, which FHIR does not know");
            PLACET_TRY_ASSIGN(const std::string name, name_of(child));
            if (name == "div" && child.attribute("xmlns").value() == kXhtml) {
                JsonValue narrative = JsonValue::string(text_.substr(begin_of(child), end_of(child) - begin_of(child)));
                out.set(name, std::move(narrative));
                continue;
            }
            JsonValue extra;
            PLACET_TRY_ASSIGN(JsonValue value, element(child, kind, name, extra));
            add(out, kind, name, std::move(value));
            if (extra.is(JsonKind::object)) add(out, kind, "_" + name, std::move(extra));
        }
        return {};
    }

    [[nodiscard]] std::size_t end_of(const pugi::xml_node& node) const {
        const auto found = ends_.find(begin_of(node));
        return found == ends_.end() ? begin_of(node) : found->second;
    }

    static void add(JsonValue& out, Kind kind, const std::string& name, JsonValue value) {
        JsonValue* before = out.find(name);
        if (before == nullptr && !is_list(kind, name)) return out.set(name, std::move(value));
        if (before == nullptr) {
            JsonValue list = JsonValue::array();
            list.begin = value.begin;
            list.end = value.end;
            list.elements.push_back(std::move(value));
            return out.set(name, std::move(list));
        }
        if (!before->is(JsonKind::array)) {
            JsonValue list = JsonValue::array();
            list.begin = before->begin;
            list.elements.push_back(std::move(*before));
            *before = std::move(list);
        }
        before->end = value.end;
        before->elements.push_back(std::move(value));
    }

    static Kind kind_of(Kind parent, std::string_view name) {
        if (name == "provision" &&
            (parent == Kind::consent_r4 || parent == Kind::consent_r5 || parent == Kind::provision))
            return Kind::provision;
        if (name == "meta") return Kind::meta;
        return Kind::concept_value;
    }

    /// A primitive's own id and extensions go into `extra`, as the JSON form has it.
    Result<JsonValue> element(const pugi::xml_node& node, Kind parent, const std::string& name, JsonValue& extra) {
        const pugi::xml_attribute value = node.attribute("value");
        const pugi::xml_node inner = node.first_child();
        if (!value && first_element(node) && is_resource_name(first_element(node)) && name != "provision") {
            if (next_element(first_element(node))) return refuse(node, "\"" + name + "\" holds one resource");
            return resource(first_element(node));
        }
        JsonValue out = value ? JsonValue::string(value.value()) : JsonValue::object();
        put_place(out, node);
        if (value && value.value()[0] == '\0')
            return refuse(node, "\"" + name + "\" may not be empty: leave the element out");
        if (value && is_boolean(name) && (out.text == "true" || out.text == "false")) out.kind = JsonKind::boolean;
        if (value && name == "total" && parent == Kind::bundle &&
            out.text.find_first_not_of("0123456789") == std::string::npos)
            out.kind = JsonKind::number;
        JsonValue members = JsonValue::object();
        put_place(members, node);
        PLACET_TRY(attributes(node, members));
        if (inner) PLACET_TRY(children(node, kind_of(parent, name), members));
        if (!value) {
            if (members.members.empty()) return refuse(node, "\"" + name + "\" has neither a value nor content");
            return members;
        }
        if (!members.members.empty()) extra = std::move(members);
        return out;
    }

    static pugi::xml_node first_element(const pugi::xml_node& node) {
        pugi::xml_node child = node.first_child();
        while (child && child.type() != pugi::node_element) child = child.next_sibling();
        return child;
    }
    static pugi::xml_node next_element(pugi::xml_node child) {
        do child = child.next_sibling();
        while (child && child.type() != pugi::node_element);
        return child;
    }
    [[nodiscard]] bool is_resource_name(const pugi::xml_node& node) const {
        std::string_view name = node.name();
        if (!prefix_.empty() && name.starts_with(prefix_)) name.remove_prefix(prefix_.size());
        return !name.empty() && name[0] >= 'A' && name[0] <= 'Z';
    }

    std::string_view text_;
    const ElementEnds& ends_;
    std::string prefix_;
};

}  // namespace

bool looks_like_xml(std::string_view text) noexcept {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '<';
}

Result<JsonValue> parse_xml(std::string_view text, const JsonLimits& limits) {
    PLACET_TRY_ASSIGN(const ElementEnds ends, look_at_markup(text, limits));
    pugi::xml_document document;
    constexpr unsigned kOptions =
        pugi::parse_cdata | pugi::parse_escapes | pugi::parse_wconv_attribute | pugi::parse_eol | pugi::parse_comments;
    const pugi::xml_parse_result result = document.load_buffer(text.data(), text.size(), kOptions, pugi::encoding_utf8);
    if (!result)
        return base::refuse(ErrorCode::malformed,
                            place_in_text(text, static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0))) +
                                ": " + result.description());
    return Converter(text, ends).document(document);
}

}  // namespace placet::api::fhir
