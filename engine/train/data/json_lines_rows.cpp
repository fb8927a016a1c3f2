#include "engine/train/data/line_reader.h"
#include "engine/train/data/rows.h"

namespace dsm {
namespace {

class JsonLinesRows : public TextRows {
  public:
    JsonLinesRows(InputFile file, std::uint64_t begin) : TextRows(std::move(file), begin) {}

    Result<void> scan(const Visit& visit, const std::stop_token& stop) const override;
    Result<nlohmann::json> parse(std::string_view text) const override {
        return parseJsonRow(text);
    }
};

Result<void> JsonLinesRows::scan(const Visit& visit, const std::stop_token& stop) const {
    LineReader lines(file(), kMaximumRowBytes);
    lines.goTo(begin(), 1);
    for (;;) {
        if (stop.stop_requested()) return cancelled();
        const auto next = lines.next();
        if (!next) return tl::unexpected(next.error());
        if (!*next) return {};
        const LineReader::Line& line = **next;
        RawRow row;
        row.line = line.number;
        row.text = line.text;
        if (line.isTooLong) row.problem = tooLong();
        const bool isEmpty =
            !line.isTooLong && line.text.find_first_not_of(" \t\r\n") == std::string_view::npos;
        if (!isEmpty) visit(row, share(line.end));
    }
}

}  // namespace

Result<std::unique_ptr<RowFile>> openJsonLines(InputFile file) {
    const Result<std::uint64_t> begin = byteOrderMarkBytes(file);
    if (!begin) return tl::unexpected(begin.error());
    return std::make_unique<JsonLinesRows>(std::move(file), *begin);
}

}  // namespace dsm
