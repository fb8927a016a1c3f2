#include "engine/train/data/rows/line_reader.h"

namespace dsm {

void LineReader::goTo(std::uint64_t offset, std::int64_t number) {
    number_ = number;
    const bool isBuffered = offset >= bufferOffset_ && offset <= bufferOffset_ + buffer_.size();
    if (isBuffered) {
        begin_ = static_cast<std::size_t>(offset - bufferOffset_);
        return;
    }
    buffer_.clear();
    begin_ = 0;
    bufferOffset_ = offset;
}

// Drops what was read, appends a piece of the file; false at its end.
Result<bool> LineReader::readMore() {
    if (stop_.stop_requested()) return cancelled();
    buffer_.erase(0, begin_);
    bufferOffset_ += begin_;
    begin_ = 0;
    const std::size_t had = buffer_.size();
    buffer_.resize(had + kPieceBytes);
    const auto got =
        file_.readAt(bufferOffset_ + had, std::span(buffer_).subspan(had, kPieceBytes));
    buffer_.resize(had + (got ? *got : 0));
    if (!got) return tl::unexpected(got.error());
    return *got > 0;
}

Result<std::optional<LineReader::Line>> LineReader::next() {
    Line line;
    line.offset = bufferOffset_ + begin_;
    line.number = number_;
    std::size_t searched = begin_;
    for (;;) {
        const std::size_t end = buffer_.find('\n', searched);
        if (end != std::string::npos) {
            line.end = bufferOffset_ + end + 1;
            break;
        }
        if (buffer_.size() - begin_ > maximumBytes_) {  // only its end is still of interest
            line.isTooLong = true;
            begin_ = buffer_.size();
            if (breaks_) {
                line.end = bufferOffset_ + begin_;
                break;
            }
        }
        searched = buffer_.size() - begin_;
        const Result<bool> more = readMore();
        if (!more) return tl::unexpected(more.error());
        if (!*more) {
            line.end = bufferOffset_ + buffer_.size();
            break;
        }
    }
    if (line.end == line.offset) return std::nullopt;
    ++number_;
    line.isTooLong = line.isTooLong || line.end - line.offset > maximumBytes_;
    if (!line.isTooLong) {
        line.text = std::string_view(buffer_).substr(begin_, line.end - line.offset);
    }
    begin_ = static_cast<std::size_t>(line.end - bufferOffset_);
    return line;
}

}  // namespace dsm
