#include "engine/train/data/row_edits.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>
#include <utility>

#include "engine/format/json_file.h"
#include "engine/format/sha256.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/folder.h"
#include "kernels/base/mapped_file.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kHashDigits = 16;
constexpr int kFormat = 1;

std::string hashOf(std::string_view text) {
    Sha256 hash;
    hash.update(std::as_bytes(std::span(text)));
    return hash.finish().substr(0, kHashDigits);
}

tl::unexpected<Error> broken(const fs::path& path, const std::string& what) {
    return failure(ErrorCode::Malformed, path.string() + ": " + what);
}

Result<std::pair<std::int64_t, RowEdits::Edit>> readEdit(const fs::path& path,
                                                         const std::string& key,
                                                         const json& value) {
    std::int64_t line = 0;
    const char* end = key.data() + key.size();
    const auto read = std::from_chars(key.data(), end, line);
    const bool isWhole = read.ec == std::errc() && read.ptr == end && line > 0;
    const bool isEdit = isWhole && value.is_object() && value.contains("was") &&
                        value["was"].is_string() && value.contains("row") &&
                        (value["row"].is_object() || value["row"].is_null());
    if (!isEdit) {
        return broken(path, "rows." + key +
                                ": expected {\"was\": hash, \"row\": an object or null} under the "
                                "number of a row.");
    }
    return std::pair(line, RowEdits::Edit{value["was"].get<std::string>(), value["row"]});
}

}  // namespace

fs::path RowEdits::pathFor(const fs::path& data) {
    fs::path path = data;
    path += ".edits.json";
    return path;
}

Result<RowEdits> RowEdits::load(const fs::path& data) {
    RowEdits edits;
    edits.path_ = pathFor(data);
    std::error_code error;
    if (!fs::exists(edits.path_, error) && !error) return edits;
    const auto file = MappedFile::open(edits.path_);
    if (!file) return tl::unexpected(file.error());
    const auto bytes = file->bytes();
    const auto root = parseJson({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                                edits.path_.string());
    if (!root) return tl::unexpected(root.error());
    const bool isOurs = root->is_object() && root->value("format", json()) == kFormat &&
                        root->contains("rows") && (*root)["rows"].is_object();
    if (!isOurs) {
        return broken(edits.path_,
                      "expected {\"format\": 1, \"rows\": {..}}: these are no edits of "
                      "rows, or those of a newer version.");
    }
    for (const auto& [key, value] : (*root)["rows"].items()) {
        auto edit = readEdit(edits.path_, key, value);
        if (!edit) return tl::unexpected(edit.error());
        edits.rows_.insert(std::move(*edit));
    }
    return edits;
}

Result<void> RowEdits::save() const {
    if (rows_.empty()) return removePath(path_);
    json rows = json::object();
    for (const auto& [line, edit] : rows_)
        rows[std::to_string(line)] = {{"was", edit.was}, {"row", edit.row}};
    const std::string text = json{{"format", kFormat}, {"rows", std::move(rows)}}.dump(
                                 1, ' ', false, json::error_handler_t::replace) +
                             "\n";
    return writeFile(path_, std::as_bytes(std::span(text)));
}

const RowEdits::Edit* RowEdits::find(std::int64_t line) const {
    const auto found = rows_.find(line);
    return found == rows_.end() ? nullptr : &found->second;
}

void RowEdits::replace(std::int64_t line, std::string_view text, json row) {
    rows_[line] = {hashOf(text), std::move(row)};
}

Result<void> RowEdits::check(const Edit& edit, std::string_view text) {
    if (edit.was == hashOf(text)) return {};
    return failure(ErrorCode::Malformed, ReasonCode::EditedRowChanged);
}

}  // namespace dsm
