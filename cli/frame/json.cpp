// Writes JSON (RFC 8259). A command's report is small; no effort is made to be fast.
#include "cli/frame/json.hpp"

#include <fmt/format.h>

#include "cli/frame/printable.hpp"
#include "ledger/base/assert.hpp"

namespace placet::cli::frame {

Json Json::object(std::initializer_list<Member> members) {
    Json out;
    out.value_ = Object{};
    for (const Member& member : members) out.set(member.first, member.second);
    return out;
}

Json Json::array(const std::vector<std::string>& texts) {
    Array items;
    for (const std::string& text : texts) items.emplace_back(text);
    return Json(std::move(items));
}

Json& Json::set(std::string_view key, Json value) {
    if (is_null()) value_ = Object{};
    auto* object = std::get_if<Object>(&value_);
    ASSERT(object != nullptr, "set() is for objects");
    for (Member& member : *object)
        if (member.first == key) {
            member.second = std::move(value);
            return *this;
        }
    object->emplace_back(std::string(key), std::move(value));
    return *this;
}

Json& Json::push(Json value) {
    if (is_null()) value_ = Array{};
    auto* array = std::get_if<Array>(&value_);
    ASSERT(array != nullptr, "push() is for arrays");
    array->push_back(std::move(value));
    return *this;
}

Json& Json::merge(const Json& other) {
    if (const auto* object = other.members())
        for (const Member& member : *object) set(member.first, member.second);
    return *this;
}

const Json* Json::find(std::string_view key) const {
    if (const auto* object = members())
        for (const Member& member : *object)
            if (member.first == key) return &member.second;
    return nullptr;
}

std::size_t Json::size() const {
    if (const auto* array = items()) return array->size();
    if (const auto* object = members()) return object->size();
    return 0;
}

std::string_view Json::text() const {
    const auto* text = std::get_if<std::string>(&value_);
    return text ? std::string_view(*text) : std::string_view();
}

const Json& Json::at(std::string_view key) const {
    static const Json kNull;
    const Json* found = find(key);
    return found ? *found : kNull;
}

std::uint64_t Json::number(std::uint64_t otherwise) const {
    if (const auto* number = std::get_if<std::uint64_t>(&value_)) return *number;
    if (const auto* number = std::get_if<std::int64_t>(&value_)) return *number < 0 ? otherwise : static_cast<std::uint64_t>(*number);
    return otherwise;
}

bool Json::truth() const {
    const auto* boolean = std::get_if<bool>(&value_);
    return boolean && *boolean;
}

std::vector<std::string> Json::texts_at(std::string_view key) const {
    std::vector<std::string> out;
    for (const Json& item : rows_at(key)) out.emplace_back(item.text());
    return out;
}

const Json::Array& Json::rows_at(std::string_view key) const {
    static const Array kNone;
    const Array* array = at(key).items();
    return array ? *array : kNone;
}

namespace {
void write_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char character : well_formed(text)) {
        const auto octet = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') {
            out += '\\';
            out += character;
        } else if (octet < 0x20 || octet == 0x7f) {
            out += fmt::format("\\u{:04x}", octet);
        } else {
            out += character;
        }
    }
    out += '"';
}
}  // namespace

void Json::write(std::string& out) const {
    if (is_null()) {
        out += "null";
    } else if (const auto* boolean = std::get_if<bool>(&value_)) {
        out += *boolean ? "true" : "false";
    } else if (const auto* negative = std::get_if<std::int64_t>(&value_)) {
        out += std::to_string(*negative);
    } else if (const auto* number = std::get_if<std::uint64_t>(&value_)) {
        out += std::to_string(*number);
    } else if (const auto* text = std::get_if<std::string>(&value_)) {
        write_string(out, *text);
    } else if (const auto* array = items()) {
        out += '[';
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (i > 0) out += ',';
            (*array)[i].write(out);
        }
        out += ']';
    } else if (const auto* object = members()) {
        out += '{';
        for (std::size_t i = 0; i < object->size(); ++i) {
            if (i > 0) out += ',';
            write_string(out, (*object)[i].first);
            out += ':';
            (*object)[i].second.write(out);
        }
        out += '}';
    }
}

std::string Json::dump() const {
    std::string out;
    write(out);
    return out;
}

}  // namespace placet::cli::frame
