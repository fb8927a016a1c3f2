#include "engine/quantize/model_files.h"

#include <array>
#include <system_error>

#include "engine/format/atomic_file.h"
#include "kernels/base/mapped_file.h"

namespace dsm {
namespace {

constexpr std::array kCopied{"generation_config.json",  "tokenizer.json",
                             "tokenizer.model",         "tokenizer_config.json",
                             "special_tokens_map.json", "chat_template.jinja"};

}  // namespace

Result<void> copyModelFiles(const std::filesystem::path& from, const std::filesystem::path& to) {
    for (const char* fileName : kCopied) {
        std::error_code error;
        if (!std::filesystem::exists(from / fileName, error)) continue;
        const Result<MappedFile> content = MappedFile::open(from / fileName);
        if (!content) return tl::unexpected(content.error());
        if (auto written = writeFile(to / fileName, content->bytes()); !written) return written;
    }
    return {};
}

}  // namespace dsm
