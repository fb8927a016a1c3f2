#include "engine/quantize/model_files.h"

#include <array>
#include <system_error>

#include "engine/format/atomic_file.h"
#include "engine/format/model_file.h"

namespace dsm {
namespace {

constexpr std::array kCopied{
    "generation_config.json",  "tokenizer.json",      "tokenizer.model",   "tokenizer_config.json",
    "special_tokens_map.json", "chat_template.jinja", "chat_template.json"};

// The loader takes no larger one (load_tokenizer.cpp).
constexpr std::uint64_t kMostBytes = 256 << 20;

}  // namespace

Result<void> copyModelFiles(const std::filesystem::path& from, const std::filesystem::path& to) {
    for (const char* fileName : kCopied) {
        std::error_code error;
        if (!std::filesystem::exists(from / fileName, error)) continue;
        const Result<MappedFile> content = openModelFile(from / fileName, kMostBytes);
        if (!content) return tl::unexpected(content.error());
        if (auto written = writeFile(to / fileName, content->bytes()); !written) return written;
        if (content->isCut()) return tl::unexpected(fileWasCut(from / fileName));
    }
    return {};
}

}  // namespace dsm
