// A recursive-descent reader of RFC 8259, bounded in depth, and the writer.
#include "api/fhir/json_value.hpp"

#include <algorithm>
#include <set>

#include "ledger/base/cbor.hpp"

namespace placet::api::fhir {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

class Parser {
public:
    Parser(std::string_view text, const JsonLimits& limits) noexcept : text_(text), limits_(limits) {}

    Result<JsonValue> document() {
        JsonValue root;
        skip_space();
        if (!value(root, 0)) return std::unexpected(error_);
        skip_space();
        if (at_ != text_.size()) {
            fail(ErrorCode::malformed, "more text after the end of the value");
            return std::unexpected(error_);
        }
        return root;
    }

private:
    bool fail(ErrorCode code, std::string message) {
        const auto head = text_.substr(0, at_);
        const auto line = 1 + std::ranges::count(head, '\n');
        const auto column = at_ - (head.rfind('\n') == std::string_view::npos ? 0 : head.rfind('\n') + 1) + 1;
        error_ = Error{code, "line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + std::move(message), ""};
        return false;
    }
    [[nodiscard]] char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip_space() noexcept {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) ++at_;
    }

    bool value(JsonValue& out, std::size_t depth) {
        if (depth > limits_.max_depth)
            return fail(ErrorCode::too_large, "nested deeper than " + std::to_string(limits_.max_depth) + " levels");
        if (++values_ > limits_.max_values)
            return fail(ErrorCode::too_large, "more than " + std::to_string(limits_.max_values) + " values");
        if (at_ == text_.size()) return fail(ErrorCode::malformed, "the text ends where a value should stand");
        out.begin = at_;
        bool good = false;
        switch (peek()) {
            case '{': good = object(out, depth); break;
            case '[': good = array(out, depth); break;
            case '"':
                out.kind = JsonKind::string;
                good = string(out.text);
                break;
            case 't': good = word("true", JsonKind::boolean, out); break;
            case 'f': good = word("false", JsonKind::boolean, out); break;
            case 'n': good = word("null", JsonKind::null, out); break;
            default: good = number(out); break;
        }
        out.end = at_;
        return good;
    }

    bool word(std::string_view literal, JsonKind kind, JsonValue& out) {
        if (!text_.substr(at_).starts_with(literal)) return fail(ErrorCode::malformed, "expected a value");
        at_ += literal.size();
        out.kind = kind;
        if (kind == JsonKind::boolean) out.text = literal;
        return true;
    }

    bool digits() {
        const std::size_t first = at_;
        while (peek() >= '0' && peek() <= '9') ++at_;
        return at_ > first;
    }

    bool number(JsonValue& out) {
        const std::size_t first = at_;
        if (peek() == '-') ++at_;
        if (peek() == '0')
            ++at_;
        else if (!digits())
            return fail(ErrorCode::malformed, "expected a value");
        if (peek() == '.') {
            ++at_;
            if (!digits()) return fail(ErrorCode::malformed, "a digit must follow the decimal point");
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            if (!digits()) return fail(ErrorCode::malformed, "a digit must follow the exponent");
        }
        out.kind = JsonKind::number;
        out.text = text_.substr(first, at_ - first);
        return true;
    }

    bool array(JsonValue& out, std::size_t depth) {
        out.kind = JsonKind::array;
        ++at_;
        skip_space();
        if (peek() == ']') return ++at_, true;
        for (;;) {
            skip_space();
            if (!value(out.elements.emplace_back(), depth + 1)) return false;
            skip_space();
            if (peek() == ']') return ++at_, true;
            if (peek() != ',') return fail(ErrorCode::malformed, "expected ',' or ']'");
            ++at_;
        }
    }

    bool object(JsonValue& out, std::size_t depth) {
        out.kind = JsonKind::object;
        ++at_;
        skip_space();
        if (peek() == '}') return ++at_, true;
        std::set<std::string, std::less<>> names;
        for (;;) {
            skip_space();
            if (peek() != '"') return fail(ErrorCode::malformed, "expected a member's name in quotes");
            JsonMember& member = out.members.emplace_back();
            if (!string(member.name)) return false;
            if (!names.insert(member.name).second) return fail(ErrorCode::conflict, "the member \"" + member.name + "\" stands here twice");
            skip_space();
            if (peek() != ':') return fail(ErrorCode::malformed, "expected ':'");
            ++at_;
            skip_space();
            if (!value(member.value, depth + 1)) return false;
            skip_space();
            if (peek() == '}') return ++at_, true;
            if (peek() != ',') return fail(ErrorCode::malformed, "expected ',' or '}'");
            ++at_;
        }
    }

    bool hex4(unsigned& out) {
        out = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            const char c = peek();
            unsigned digit = 16;
            if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
            if (c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a') + 10;
            if (c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A') + 10;
            if (digit == 16) return fail(ErrorCode::malformed, "four hexadecimal digits must follow \\u");
            out = out * 16 + digit;
        }
        return true;
    }

    static void append_utf8(std::string& out, unsigned point) {
        if (point < 0x80) {
            out.push_back(static_cast<char>(point));
        } else if (point < 0x800) {
            out.push_back(static_cast<char>(0xC0 | (point >> 6)));
            out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
        } else if (point < 0x10000) {
            out.push_back(static_cast<char>(0xE0 | (point >> 12)));
            out.push_back(static_cast<char>(0x80 | ((point >> 6) & 0x3F)));
            out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
        } else {
            out.push_back(static_cast<char>(0xF0 | (point >> 18)));
            out.push_back(static_cast<char>(0x80 | ((point >> 12) & 0x3F)));
            out.push_back(static_cast<char>(0x80 | ((point >> 6) & 0x3F)));
            out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
        }
    }

    bool unicode_escape(std::string& out) {
        unsigned point = 0;
        if (!hex4(point)) return false;
        if (point >= 0xDC00 && point <= 0xDFFF) return fail(ErrorCode::malformed, "a low surrogate without its high one");
        if (point >= 0xD800 && point <= 0xDBFF) {
            if (!text_.substr(at_).starts_with("\\u")) return fail(ErrorCode::malformed, "a high surrogate without its low one");
            at_ += 2;
            unsigned low = 0;
            if (!hex4(low)) return false;
            if (low < 0xDC00 || low > 0xDFFF) return fail(ErrorCode::malformed, "a high surrogate without its low one");
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
        }
        append_utf8(out, point);
        return true;
    }

    bool escape(std::string& out) {
        const char c = peek();
        ++at_;
        switch (c) {
            case '"': case '\\': case '/': out.push_back(c); return true;
            case 'b': out.push_back('\b'); return true;
            case 'f': out.push_back('\f'); return true;
            case 'n': out.push_back('\n'); return true;
            case 'r': out.push_back('\r'); return true;
            case 't': out.push_back('\t'); return true;
            case 'u': return unicode_escape(out);
            default: --at_; return fail(ErrorCode::malformed, "an unknown escape");
        }
    }

    bool string(std::string& out) {
        ++at_;
        for (;;) {
            const std::size_t first = at_;
            while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' && static_cast<unsigned char>(text_[at_]) >= 0x20) ++at_;
            out.append(text_.substr(first, at_ - first));
            if (at_ == text_.size()) return fail(ErrorCode::malformed, "the text ends inside a string");
            if (text_[at_] == '"') return ++at_, true;
            if (text_[at_] != '\\') return fail(ErrorCode::malformed, "a control character inside a string");
            ++at_;
            if (!escape(out)) return false;
        }
    }

    std::string_view text_;
    const JsonLimits& limits_;
    std::size_t at_ = 0;
    std::size_t values_ = 0;
    Error error_;
};

void write_string(std::string& out, std::string_view value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out.push_back('"');
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (octet < 0x20 || octet == 0x7F) {
            out += "\\u00";
            out.push_back(kDigits[octet >> 4]);
            out.push_back(kDigits[octet & 15]);
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

void write_value(std::string& out, const JsonValue& value) {
    switch (value.kind) {
        case JsonKind::null: out += "null"; return;
        case JsonKind::boolean:
        case JsonKind::number: out += value.text; return;
        case JsonKind::string: write_string(out, value.text); return;
        case JsonKind::array:
            out.push_back('[');
            for (std::size_t i = 0; i < value.elements.size(); ++i) {
                if (i > 0) out.push_back(',');
                write_value(out, value.elements[i]);
            }
            out.push_back(']');
            return;
        case JsonKind::object:
            out.push_back('{');
            for (std::size_t i = 0; i < value.members.size(); ++i) {
                if (i > 0) out.push_back(',');
                write_string(out, value.members[i].name);
                out.push_back(':');
                write_value(out, value.members[i].value);
            }
            out.push_back('}');
            return;
    }
}

}  // namespace

std::string_view to_words(JsonKind kind) noexcept {
    switch (kind) {
        case JsonKind::null: return "null";
        case JsonKind::boolean: return "true or false";
        case JsonKind::number: return "a number";
        case JsonKind::string: return "a string";
        case JsonKind::array: return "an array";
        case JsonKind::object: return "an object";
    }
    return "a value";
}

const JsonValue* JsonValue::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(members, name, &JsonMember::name);
    return found == members.end() ? nullptr : &found->value;
}

JsonValue* JsonValue::find(std::string_view name) noexcept {
    return const_cast<JsonValue*>(std::as_const(*this).find(name));
}

std::string_view JsonValue::text_of(std::string_view name) const noexcept {
    const JsonValue* member = find(name);
    return member != nullptr && member->is(JsonKind::string) ? std::string_view(member->text) : std::string_view();
}

JsonValue JsonValue::string(std::string_view value) {
    JsonValue out;
    out.kind = JsonKind::string;
    out.text = value;
    return out;
}

JsonValue JsonValue::number(std::uint64_t value) {
    JsonValue out;
    out.kind = JsonKind::number;
    out.text = std::to_string(value);
    return out;
}

JsonValue JsonValue::object() {
    JsonValue out;
    out.kind = JsonKind::object;
    return out;
}

JsonValue JsonValue::array() {
    JsonValue out;
    out.kind = JsonKind::array;
    return out;
}

void JsonValue::set(std::string_view name, JsonValue value) {
    if (JsonValue* member = find(name))
        *member = std::move(value);
    else
        members.push_back({std::string(name), std::move(value)});
}

void JsonValue::erase(std::string_view name) {
    std::erase_if(members, [name](const JsonMember& member) { return member.name == name; });
}

Result<JsonValue> parse_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.max_bytes)
        return base::refuse(ErrorCode::too_large, "the text has " + std::to_string(text.size()) + " octets; at most " +
                                                      std::to_string(limits.max_bytes) + " are read");
    if (!base::cbor::is_utf8(base::as_bytes(text))) return base::refuse(ErrorCode::malformed, "the text is not valid UTF-8");
    return Parser(text, limits).document();
}

std::string write_json(const JsonValue& value) {
    std::string out;
    write_value(out, value);
    return out;
}

}  // namespace placet::api::fhir
