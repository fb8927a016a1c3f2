#include "engine/train/job/job_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <utility>

#include "engine/format/json_file.h"
#include "engine/train/job/job_hints.h"
#include "engine/train/job/job_keys.h"
#include "kernels/base/check.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

std::string plain(double value) {
    std::ostringstream text;
    text << value;
    return text.str();
}

std::string quoted(std::string_view text) {
    return '"' + std::string(text) + '"';
}

const JobKey& tableKey(const char* name) {
    const JobKey* key = findJobKey(name);
    DSM_CHECK(key != nullptr);
    return *key;
}

// 3.0 and 1e3 are whole numbers, however they are written.
std::optional<std::int64_t> wholeNumber(const nlohmann::json& value) {
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (number > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
        return static_cast<std::int64_t>(number);
    }
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (!value.is_number_float()) return std::nullopt;
    const double number = value.get<double>();
    if (!(number >= -kExact && number <= kExact)) return std::nullopt;
    const auto whole = static_cast<std::int64_t>(number);
    if (static_cast<double>(whole) != number) return std::nullopt;
    return whole;
}

}  // namespace

JobReader::JobReader(const nlohmann::json& root, const JsonKeyLines& lines, std::string file,
                     fs::path folder)
    : root_(root), lines_(lines), file_(std::move(file)), folder_(std::move(folder)) {
    if (!root.is_object()) {
        error_ = {ErrorCode::Malformed, file_ + ": expected an object: {\"model\": .., ..}."};
    } else if (lines.repeated()) {
        fail(*lines.repeated(), ReasonCode::JobKeyTwice);
    }
}

const nlohmann::json* JobReader::find(const char* key) const {
    if (!root_.is_object()) return nullptr;
    const auto found = root_.find(key);
    return found == root_.end() ? nullptr : &*found;
}

void JobReader::fail(const std::string& key, const Reason& why) {
    if (error_) return;
    const int line = lines_.lineOf(key);
    Reason reason(ReasonCode::JobAtKey, {file_, key});
    if (line > 0) reason = {ReasonCode::JobAtLine, {file_, std::to_string(line), key}};
    reason.add(why);
    error_ = failure(ErrorCode::Malformed, reason).value();
}

void JobReader::fail(const std::string& key, const std::string& expected) {
    std::string text = expected;
    const nlohmann::json* value = key.find('.') == std::string::npos ? find(key.c_str()) : nullptr;
    if (value != nullptr && expected.starts_with("expected")) text += ", not " + shown(*value);
    if (!text.ends_with('.') && !text.ends_with('?')) text += '.';
    fail(key, Reason(ReasonCode::Other, {std::move(text)}));
}

bool JobReader::isArray(const char* key) const {
    return has(key) && find(key)->is_array();
}

void JobReader::refuseUnknown() {
    if (!root_.is_object()) return;
    std::vector<std::string_view> known;
    for (const JobKey& key : jobKeys())
        known.push_back(key.name);
    for (const auto& item : root_.items()) {
        const std::string& key = item.key();
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        const auto hint = hintFor(key, known);
        if (!hint) return fail(key, ReasonCode::JobKeyUnknown);
        if (hint->isKey) return fail(key, Reason(ReasonCode::JobKeyMeant, {hint->text}));
        return fail(key, "this is no option of a job. " + hint->text);
    }
}

void JobReader::path(const char* key, fs::path& out) {
    const nlohmann::json* value = find(key);
    if (value == nullptr) {
        if (tableKey(key).isRequired) fail(key, ReasonCode::JobKeyMissing);
        return;
    }
    if (!isPath(*value)) return fail(key, Reason(ReasonCode::JobPath, {shown(*value)}));
    out = pathOf(*value);
}

void JobReader::paths(const char* key, std::vector<fs::path>& out) {
    constexpr std::size_t kMostFiles = 1000;
    const nlohmann::json* value = find(key);
    if (value == nullptr || !value->is_array()) {
        fs::path one;
        path(key, one);
        if (!one.empty()) out = {one};
        return;
    }
    const bool areAll = !value->empty() && value->size() <= kMostFiles &&
                        std::all_of(value->begin(), value->end(), isPath);
    if (!areAll) {
        return fail(key, "expected a path, or a list of 1 to " + std::to_string(kMostFiles) +
                             " paths: [\"a.jsonl\", ..]");
    }
    for (const nlohmann::json& one : *value)
        out.push_back(pathOf(one));
    std::vector<fs::path> sorted = out;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end()) fail(key, twice->string() + " is named twice; leave one of both");
}

void JobReader::text(const char* key, std::string& out) {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_string()) return fail(key, "expected a text");
    out = value->get<std::string>();
}

// A NUL would end the path early.
bool JobReader::isPath(const nlohmann::json& value) {
    return value.is_string() && !value.get_ref<const std::string&>().empty() &&
           value.get_ref<const std::string&>().find('\0') == std::string::npos;
}

fs::path JobReader::pathOf(const nlohmann::json& value) const {
    fs::path named = value.get<std::string>();
    return named.is_absolute() ? named : folder_ / named;
}

void JobReader::boolean(const char* key, bool& out) {
    const nlohmann::json* value = find(key);
    if (value == nullptr) {
        out = tableKey(key).fallback != 0;
        return;
    }
    if (!value->is_boolean()) return fail(key, Reason(ReasonCode::JobSwitch, {shown(*value)}));
    out = value->get<bool>();
}

void JobReader::integer(const char* key, std::int64_t& out) {
    const JobKey& known = tableKey(key);
    const auto least = static_cast<std::int64_t>(known.least);
    const auto most = static_cast<std::int64_t>(known.most);
    const nlohmann::json* value = find(key);
    if (value == nullptr) {
        out = static_cast<std::int64_t>(known.fallback);
        return;
    }
    const auto whole = wholeNumber(*value);
    if (!whole || *whole < least || *whole > most) {
        return fail(key, Reason(ReasonCode::JobWholeNumber,
                                {std::to_string(least), std::to_string(most), shown(*value)}));
    }
    out = *whole;
}

void JobReader::integer(const char* key, int& out) {
    std::int64_t wide = out;
    integer(key, wide);
    out = static_cast<int>(wide);
}

void JobReader::number(const char* key, double& out) {
    const JobKey& known = tableKey(key);
    const nlohmann::json* value = find(key);
    if (value == nullptr) {
        out = known.fallback;
        return;
    }
    // Not (a < b) of a number that is none.
    if (!value->is_number() ||
        !(value->get<double>() >= known.least && value->get<double>() <= known.most)) {
        return fail(key, Reason(ReasonCode::JobNumber,
                                {plain(known.least), plain(known.most), shown(*value)}));
    }
    out = value->get<double>();
}

std::size_t JobReader::choice(const char* key) {
    const auto words = tableKey(key).words;
    const nlohmann::json* value = find(key);
    if (value == nullptr) return 0;
    if (value->is_string()) {
        const auto found = std::find(words.begin(), words.end(), value->get<std::string>());
        if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    }
    std::string all;
    for (const std::string_view word : words)
        all += (all.empty() ? "" : ", ") + quoted(word);
    fail(key, Reason(ReasonCode::JobOneOf, {all, shown(*value)}));
    return 0;
}

void JobReader::strings(const char* key, std::vector<std::string>& out) {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return;
    const bool isList =
        value->is_array() &&
        std::all_of(value->begin(), value->end(), [](const auto& one) { return one.is_string(); });
    if (!isList) return fail(key, "expected a list of names: [\"q_proj\", ..]");
    out = value->get<std::vector<std::string>>();
}

void JobReader::texts(const char* key, std::vector<std::string>& out) {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return;
    const auto most = static_cast<std::size_t>(tableKey(key).most);
    const auto isText = [](const nlohmann::json& one) {
        return one.is_string() && !one.get_ref<const std::string&>().empty();
    };
    if (!value->is_array() || value->size() > most ||
        !std::all_of(value->begin(), value->end(), isText)) {
        return fail(key, "expected a list of at most " + std::to_string(most) + " texts");
    }
    out = value->get<std::vector<std::string>>();
}

void JobReader::strings(const char* key, std::map<std::string, std::string>& out) {
    const nlohmann::json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_object())
        return fail(key, "expected an object: {\"instruction\": \"question\", ..}");
    for (const auto& item : value->items()) {
        if (!item.value().is_string()) {
            return fail(std::string(key) + "." + item.key(),
                        "expected the name of a column, not " + shown(item.value()));
        }
        out[item.key()] = item.value().get<std::string>();
    }
}

}  // namespace dsm
