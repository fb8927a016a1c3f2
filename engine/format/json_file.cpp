#include "engine/format/json_file.h"

#include <algorithm>
#include <new>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "engine/format/model_file.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

using nlohmann::json;

// The library's destructor allocates a list of what it destroys, and ends the program where there
// is no memory left for it. Emptied from the leaves on, there is nothing to list.
void freeWithoutAllocating(json& value) {
    if (value.is_array()) {
        auto& elements = value.get_ref<json::array_t&>();
        for (json& element : elements)
            freeWithoutAllocating(element);
        elements.clear();
    } else if (value.is_object()) {
        auto& members = value.get_ref<json::object_t&>();
        for (auto& [name, member] : members)
            freeWithoutAllocating(member);
        members.clear();
    }
}

// Builds the document event by event, so that a repeated key and too deep nesting are seen where
// they stand; the library's own builder lets the last of two keys win.
class DocumentBuilder : public nlohmann::json_sax<json> {
  public:
    DocumentBuilder() = default;
    DocumentBuilder(const DocumentBuilder&) = delete;
    DocumentBuilder& operator=(const DocumentBuilder&) = delete;
    ~DocumentBuilder() override { freeWithoutAllocating(document_); }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return false; }  // no such thing in text

    bool start_object(std::size_t) override { return open(json::object()); }
    bool start_array(std::size_t) override { return open(json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        auto& members = open_.back()->get_ref<json::object_t&>();
        const auto [member, isNew] = members.emplace(name, nullptr);
        member_ = &member->second;
        if (!isNew) problem_ = {ReasonCode::JsonKeyTwice, {name}};
        return isNew;
    }

    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception& error) override {
        position_ = position;
        const bool isEncoding = std::string_view(error.what()).find("UTF-8") != std::string::npos;
        problem_ = error.id == 406 ? ReasonCode::JsonNumberTooLarge
                   : isEncoding    ? ReasonCode::JsonNotUtf8
                                   : ReasonCode::JsonInvalid;
        return false;
    }

    json takeDocument() { return std::move(document_); }
    const Reason& problem() const { return problem_; }
    // Bytes read when the library gave up; 0 where it did not say.
    std::size_t position() const { return position_; }

  private:
    bool open(json container) {
        if (open_.size() == kMaximumJsonDepth) {
            problem_ = {ReasonCode::JsonTooDeep, {std::to_string(kMaximumJsonDepth)}};
            return false;
        }
        open_.push_back(place(std::move(container)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    bool add(json value) {
        place(std::move(value));
        return true;
    }
    json* place(json value) {
        if (open_.empty()) {
            document_ = std::move(value);
            return &document_;
        }
        if (open_.back()->is_array()) {
            open_.back()->push_back(std::move(value));
            return &open_.back()->back();
        }
        *member_ = std::move(value);
        return member_;
    }

    json document_;
    // The containers not yet closed. An array does not grow while one of its elements is open, so
    // the pointers stay good.
    std::vector<json*> open_;
    json* member_ = nullptr;  // where the value of the last key goes
    Reason problem_;
    std::size_t position_ = 0;
};

std::string lineAt(std::string_view text, std::size_t position) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(position, text.size()));
    return std::to_string(1 + std::count(text.begin(), end, '\n'));
}

tl::unexpected<Error> placed(Reason reason, const Reason& problem) {
    reason.add(problem);
    return failure(ErrorCode::Malformed, reason);
}

}  // namespace

Result<json> parseJson(std::string_view text, const std::string& file) {
    // The library takes a NUL for the end of the text.
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        return placed({ReasonCode::AtLineOf, {file, lineAt(text, nul)}}, ReasonCode::JsonNul);
    }
    try {
        DocumentBuilder builder;
        if (json::sax_parse(text.begin(), text.end(), &builder)) return builder.takeDocument();
        if (builder.position() == 0) return placed({ReasonCode::AtFile, {file}}, builder.problem());
        return placed({ReasonCode::AtLineOf, {file, lineAt(text, builder.position() - 1)}},
                      builder.problem());
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryToRead, {file});
    } catch (const std::exception& error) {
        return failure(ErrorCode::Internal, ReasonCode::FileFailed, {file, error.what()});
    }
}

std::string shown(const json& value) {
    constexpr std::size_t kMost = 80;
    std::string text = value.dump(-1, ' ', true);
    if (text.size() > kMost) text = text.substr(0, kMost) + "...";
    return text;
}

Result<json> readJson(const std::filesystem::path& path, std::size_t maximumBytes) {
    const Result<MappedFile> file = openModelFile(path, maximumBytes);
    if (!file) return tl::unexpected(file.error());
    const std::span<const std::byte> bytes = file->bytes();
    Result<json> document =
        parseJson({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
    if (file->isChanged()) return tl::unexpected(fileWasChanged(path));
    return document;
}

}  // namespace dsm
