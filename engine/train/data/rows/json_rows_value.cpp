#include "engine/train/data/rows/json_rows.h"

#include <nlohmann/json.hpp>

#include "engine/train/data/rows/json_cutter.h"
#include "engine/train/data/rows/rows.h"

namespace dsm {
namespace {

class JsonValueRows : public TextRows {
  public:
    JsonValueRows(InputFile file, std::uint64_t begin) : TextRows(std::move(file), begin) {
        JsonCutter rows = JsonCutter::look(this->file(), begin);
        const std::int64_t first = lineOf(rows.next());
        countRows(first > 0 && lineOf(rows.next()) == first);
    }

    RowLayout layout() const override { return {RowFormat::JsonLines}; }
    Result<void> scan(const Visit& visit, const std::stop_token& stop) const override;
    Result<std::string> textAt(std::int64_t line, std::uint64_t offset) const override {
        JsonCutter rows = JsonCutter::look(file(), offset);
        return textOf(rows.next(), line);
    }
    Result<nlohmann::json> parse(std::string_view text) const override {
        return parseJsonRow(text);
    }

  private:
    // 0: there is none.
    static std::int64_t lineOf(const Result<std::optional<RawRow>>& row) {
        return row && *row ? (*row)->line : 0;
    }
};

Result<void> JsonValueRows::scan(const Visit& visit, const std::stop_token& stop) const {
    JsonCutter rows(file(), begin(), stop);
    std::int64_t number = 0;
    for (;;) {
        if (stop.stop_requested()) return cancelled();
        auto row = rows.next();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return {};
        (*row)->line = number = numberOf((*row)->line, number);
        visit(**row, share(rows.offset()));
    }
}

}  // namespace

std::unique_ptr<RowFile> jsonValueRows(InputFile file, std::uint64_t begin) {
    return std::make_unique<JsonValueRows>(std::move(file), begin);
}

}  // namespace dsm
