// Any bytes as a data set: rows that are refused with a reason, or examples; never a crash. The
// first byte chooses the format.
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "engine/train/data/example.h"
#include "engine/train/data/open_rows.h"
#include "kernels/base/check.h"

namespace {

std::string pathOf(const char* ending) {
    return "/tmp/dsm-fuzz-" + std::to_string(::getpid()) + ending;
}

void write(const std::string& path, const char* bytes, std::size_t size) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    DSM_CHECK(file != nullptr);
    DSM_CHECK(std::fwrite(bytes, 1, size, file) == size);
    std::fclose(file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const char* ending = data[0] == 'C'   ? ".csv"
                         : data[0] == 'A' ? ".json"
                         : data[0] == 'P' ? ".parquet"
                                          : ".jsonl";
    const std::string path = pathOf(ending);
    write(path, reinterpret_cast<const char*>(data + 1), size - 1);
    const auto rows = dsm::openRows(path);
    if (rows) {
        std::int64_t lastLine = 0;
        const auto scanned = (*rows)->scan(
            [&](const dsm::RawRow& row, double share) {
                DSM_CHECK(row.line >= lastLine && share >= 0 && share <= 1);
                lastLine = row.line;
                if (!row.problem.empty()) return;
                const auto columns = (*rows)->parse(row.text);
                if (!columns) {
                    DSM_CHECK(columns.error().message.ends_with('.'));
                    return;
                }
                DSM_CHECK(columns->is_object());
                const auto example = dsm::readExample(*columns, {});
                if (!example) {
                    DSM_CHECK(example.error().message.ends_with('.'));
                    return;
                }
                DSM_CHECK(!example->messages.empty() || !example->text.empty());
            },
            {});
        if (!scanned) DSM_CHECK(scanned.error().message.find(path) != std::string::npos);
    }
    ::unlink(path.c_str());
    return 0;
}
