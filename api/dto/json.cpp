// Strict JSON over nlohmann's SAX parser: the library's lexer checks grammar and UTF-8, the builder here adds what it lets
// pass (duplicate keys, depth), without recursion.
#include "api/dto/json.hpp"

#include <nlohmann/json.hpp>

#include "ledger/base/edit_distance.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::dto {
namespace {

using base::ErrorCode;
using base::refuse;
using base::Result;
using Json = nlohmann::json;

/// Builds a value from parse events; returns false to stop at the first offence.
class Builder {
public:
    explicit Builder(const JsonLimits& limits) : max_depth_(limits.depth), max_values_(limits.values) {}

    bool null() { return add(nullptr); }
    bool boolean(bool value) { return add(value); }
    bool number_integer(Json::number_integer_t value) { return add(value); }
    bool number_unsigned(Json::number_unsigned_t value) { return add(value); }
    bool number_float(Json::number_float_t value, const std::string&) { return add(value); }
    bool string(std::string& value) { return add(std::move(value)); }
    bool binary(Json::binary_t&) { return stop(ErrorCode::malformed, "binary values do not exist in JSON"); }
    bool start_object(std::size_t) { return open(Json::object()); }
    bool start_array(std::size_t) { return open(Json::array()); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }

    bool key(std::string& name) {
        if (open_.back()->contains(name)) return stop(ErrorCode::malformed, "the key \"" + name + "\" is given twice", path() + '/' + name);
        key_ = std::move(name);
        return true;
    }

    bool parse_error(std::size_t, const std::string&, const Json::exception& exception) {
        // "[json.exception.parse_error.101] parse error at line 1, column 2: …" without the library's own prefix
        const std::string what = exception.what();
        const std::size_t begin = what.find("] ");
        return stop(ErrorCode::malformed, begin == std::string::npos ? what : what.substr(begin + 2));
    }

    Json root;
    std::optional<base::Error> error;

private:
    bool stop(ErrorCode code, std::string message, std::string field = {}) {
        error = base::Error{code, std::move(message), std::move(field)};
        return false;
    }

    Json* place(Json value) {
        if (open_.empty()) {
            root = std::move(value);
            return &root;
        }
        Json& parent = *open_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        return &(parent[key_] = std::move(value));
    }
    bool count() {
        if (++values_ <= max_values_) return true;
        return stop(ErrorCode::too_large, "more than " + std::to_string(max_values_) + " values in one text");
    }
    bool add(Json value) {
        if (!count()) return false;
        place(std::move(value));
        return true;
    }
    bool open(Json empty) {
        if (!count()) return false;
        if (open_.size() == max_depth_)
            return stop(ErrorCode::too_large, "arrays and objects are nested deeper than " + std::to_string(max_depth_) + " levels");
        const std::string name = open_.empty() ? std::string() : open_.back()->is_array() ? std::to_string(open_.back()->size()) : key_;
        open_.push_back(place(std::move(empty)));
        names_.push_back(name);
        return true;
    }
    bool close() {
        open_.pop_back();
        names_.pop_back();
        return true;
    }
    std::string path() const {
        std::string out;
        for (std::size_t i = 1; i < names_.size(); ++i) out += '/' + names_[i];
        return out;
    }

    std::size_t max_depth_;
    std::size_t max_values_;
    std::size_t values_ = 0;
    std::vector<Json*> open_;  ///< stays valid: only the last child of an open container grows
    std::vector<std::string> names_;
    std::string key_;
};

std::string_view type_words(const Json& value) {
    if (value.is_string()) return "a text";
    if (value.is_number_integer()) return "an integer";
    if (value.is_number()) return "a number";
    if (value.is_boolean()) return "true or false";
    if (value.is_array()) return "an array";
    if (value.is_object()) return "an object";
    return "null";
}

}  // namespace

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
    if (text.size() > limits.bytes) return refuse(ErrorCode::too_large, "JSON of at most " + std::to_string(limits.bytes) + " octets is read");
    // The library takes a NUL for the end of the text and leaves the rest unread.
    if (text.find('\0') != std::string_view::npos) return refuse(ErrorCode::malformed, "a NUL octet does not occur in JSON");
    Builder builder(limits);
    const bool done = Json::sax_parse(text.begin(), text.end(), &builder);
    if (builder.error) return std::unexpected(std::move(*builder.error));
    if (!done) return refuse(ErrorCode::malformed, "not JSON");
    return std::move(builder.root);
}

std::string dump_json(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }
std::string dump_json_pretty(const Json& value) { return value.dump(2, ' ', false, Json::error_handler_t::replace); }

std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
    std::optional<std::string> best;
    std::size_t best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = base::edit_distance(name.substr(0, 128), candidate);
        if (distance >= best_distance) continue;
        best_distance = distance;
        best = candidate;
    }
    return best;
}

ObjectReader::ObjectReader(const Json& object, std::string path) : object_(&object), path_(std::move(path)) {
    if (!object.is_object()) fail({ErrorCode::malformed, "expected an object, got " + std::string(type_words(object)), path_});
}

std::string ObjectReader::path_of(std::string_view name) const { return path_.empty() ? std::string(name) : path_ + '.' + std::string(name); }
std::string ObjectReader::path_of(std::string_view name, std::size_t index) const { return path_of(name) + '[' + std::to_string(index) + ']'; }

void ObjectReader::fail(ErrorCode code, std::string message, std::string_view name) { fail({code, std::move(message), path_of(name)}); }
void ObjectReader::fail(base::Error error) {
    if (!error_) error_ = std::move(error);
}

bool ObjectReader::has(std::string_view name) const {
    if (!object_->is_object()) return false;
    const auto found = object_->find(name);
    return found != object_->end() && !found->is_null();
}

const Json* ObjectReader::find(std::string_view name) {
    asked_.emplace(name);
    return has(name) ? &*object_->find(name) : nullptr;
}

const Json* ObjectReader::require(std::string_view name) {
    const Json* value = find(name);
    if (value == nullptr) fail(ErrorCode::invalid_value, "this field is missing", name);
    return value;
}

std::optional<std::string> ObjectReader::maybe_text(std::string_view name, std::size_t max_size) {
    const Json* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) {
        fail(ErrorCode::invalid_value, "expected a text, got " + std::string(type_words(*value)), name);
        return std::nullopt;
    }
    const auto& text = value->get_ref<const std::string&>();
    if (text.size() > max_size) {
        fail(ErrorCode::too_large, "at most " + std::to_string(max_size) + " octets", name);
        return std::nullopt;
    }
    return text;
}

std::string ObjectReader::text(std::string_view name, std::size_t max_size) {
    if (require(name) == nullptr) return {};
    return maybe_text(name, max_size).value_or("");
}

std::optional<std::uint64_t> ObjectReader::maybe_uint(std::string_view name, std::uint64_t max) {
    const Json* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number_unsigned()) {
        fail(ErrorCode::invalid_value, "expected a whole number from 0 to " + std::to_string(max), name);
        return std::nullopt;
    }
    const auto number = value->get<std::uint64_t>();
    if (number > max) {
        fail(ErrorCode::invalid_value, "at most " + std::to_string(max) + ", got " + std::to_string(number), name);
        return std::nullopt;
    }
    return number;
}

std::uint64_t ObjectReader::uint(std::string_view name, std::uint64_t max) {
    if (require(name) == nullptr) return 0;
    return maybe_uint(name, max).value_or(0);
}

bool ObjectReader::boolean(std::string_view name) {
    const Json* value = require(name);
    if (value != nullptr && !value->is_boolean()) fail(ErrorCode::invalid_value, "expected true or false, got " + std::string(type_words(*value)), name);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

base::Bytes ObjectReader::hex(std::string_view name, std::size_t max_size) {
    const std::string value = text(name, 2 * max_size);
    if (!ok()) return {};
    auto bytes = base::from_hex(value);
    if (bytes) return std::move(*bytes);
    fail(bytes.error().code, bytes.error().message, name);
    return {};
}

base::Bytes ObjectReader::base64(std::string_view name, std::size_t max_size) {
    const std::string value = text(name, (max_size + 2) / 3 * 4);
    if (!ok()) return {};
    auto bytes = from_base64(value);
    if (bytes) return std::move(*bytes);
    fail(bytes.error().code, bytes.error().message, name);
    return {};
}

std::optional<base::TimeMs> ObjectReader::maybe_instant(std::string_view name) {
    const auto value = maybe_text(name, 64);
    if (!value) return std::nullopt;
    const auto instant = base::from_rfc3339(*value);
    if (instant) return *instant;
    fail(instant.error().code, instant.error().message, name);
    return std::nullopt;
}

base::TimeMs ObjectReader::instant(std::string_view name) {
    if (require(name) == nullptr) return 0;
    return maybe_instant(name).value_or(0);
}

std::vector<std::string> ObjectReader::maybe_texts(std::string_view name, std::size_t max_items) {
    const Json* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_array() || value->size() > max_items) {
        fail(ErrorCode::invalid_value, "expected an array of at most " + std::to_string(max_items) + " texts", name);
        return {};
    }
    std::vector<std::string> out;
    for (std::size_t i = 0; i < value->size(); ++i) {
        if (!(*value)[i].is_string()) {
            fail({ErrorCode::invalid_value, "expected a text, got " + std::string(type_words((*value)[i])), path_of(name, i)});
            return {};
        }
        out.push_back((*value)[i].get<std::string>());
    }
    return out;
}

std::vector<std::string> ObjectReader::texts(std::string_view name, std::size_t max_items) {
    if (require(name) == nullptr) return {};
    return maybe_texts(name, max_items);
}

std::vector<const Json*> ObjectReader::objects(std::string_view name, std::size_t max_items) {
    const Json* value = require(name);
    if (value == nullptr) return {};
    if (!value->is_array() || value->size() > max_items) {
        fail(ErrorCode::invalid_value, "expected an array of at most " + std::to_string(max_items) + " objects", name);
        return {};
    }
    std::vector<const Json*> out;
    for (const Json& item : *value) out.push_back(&item);
    return out;
}

const Json* ObjectReader::maybe_object(std::string_view name) {
    const Json* value = find(name);
    if (value != nullptr && !value->is_object()) {
        fail(ErrorCode::invalid_value, "expected an object, got " + std::string(type_words(*value)), name);
        return nullptr;
    }
    return value;
}

const Json* ObjectReader::maybe_any(std::string_view name) { return find(name); }

base::Status ObjectReader::finish() {
    if (!error_) {
        for (const auto& [name, value] : object_->items()) {
            if (asked_.contains(name)) continue;
            const auto near = nearest_name(name, {asked_.begin(), asked_.end()});
            fail(ErrorCode::invalid_value, "there is no such field" + (near ? ": did you mean \"" + *near + "\"?" : std::string()), name);
            break;
        }
    }
    if (error_) return std::unexpected(*error_);
    return {};
}

}  // namespace placet::api::dto
