#include "engine/train/data/rows/json_cutter.h"

#include <span>
#include <vector>

#include "engine/train/data/rows/rows.h"

namespace dsm {
namespace {

// Each may have read up to kMaximumRowBytes in vain; afterwards a value ends with its line.
constexpr int kMostGivenUp = 64;

// Far beyond what is parsed, so that a file of brackets takes no memory.
constexpr std::size_t kMostOpen = 4096;

// Follows the brackets and strings of one value.
class Nesting {
  public:
    enum class State { Open, Closed, Broken };

    State take(char c) {
        if (isInString_) return takeInString(c);
        switch (c) {
            case '"':
                isInString_ = true;
                break;
            case '{':
            case '[':
                // Where a key was expected: this line was cut off, and the next is a new row.
                if (!open_.empty() && open_.back() == '{' && last_ != ':') return State::Broken;
                if (open_.size() == kMostOpen) return State::Broken;
                open_.push_back(c);
                break;
            case '}':
            case ']':
                if (open_.back() != (c == '}' ? '{' : '[')) return State::Broken;
                open_.pop_back();
                if (open_.empty()) return State::Closed;
                break;
            default:
                break;
        }
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') last_ = c;
        return State::Open;
    }

  private:
    State takeInString(char c) {
        if (c == '\n') return State::Broken;
        if (isEscaped_) {
            isEscaped_ = false;
        } else if (c == '\\') {
            isEscaped_ = true;
        } else if (c == '"') {
            isInString_ = false;
            last_ = c;
        }
        return State::Open;
    }

    std::vector<char> open_;
    char last_ = '\0';  // that is no white space
    bool isInString_ = false;
    bool isEscaped_ = false;
};

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

void JsonCutter::goTo(std::uint64_t offset, std::int64_t line) {
    line_ = line;
    if (offset >= bufferOffset_ && offset <= bufferOffset_ + buffer_.size()) {
        at_ = static_cast<std::size_t>(offset - bufferOffset_);
        return;
    }
    bufferOffset_ = offset;
    buffer_.clear();
    at_ = 0;
}

bool JsonCutter::isAtEnd() {
    if (at_ < buffer_.size()) return false;
    bufferOffset_ += buffer_.size();
    at_ = 0;
    if (stop_.stop_requested()) status_ = cancelled();
    if (!status_ || bufferOffset_ >= end_) {
        buffer_.clear();
        return true;
    }
    buffer_.resize(kPieceBytes);
    const Result<std::size_t> got = file_.readAt(bufferOffset_, buffer_);
    if (!got) status_ = tl::unexpected(got.error());
    buffer_.resize(got ? *got : 0);
    return buffer_.empty();
}

void JsonCutter::step() {
    const char c = current();
    if (c == '\n') ++line_;
    if (row_.size() < kMaximumRowBytes)
        row_ += c;
    else
        isTooLong_ = true;
    ++at_;
}

void JsonCutter::skipBlanks() {
    while (!isAtEnd() && isBlank(current())) {
        if (current() == '\n') ++line_;
        ++at_;
    }
}

// To the end of the line, which it leaves to be read.
void JsonCutter::cutLine() {
    while (!isAtEnd() && current() != '\n')
        step();
}

// To the end of the value, or of its first line where it has none.
void JsonCutter::cutValue() {
    const std::uint64_t begin = offset();
    const std::int64_t line = line_;
    Nesting nesting;
    for (;;) {
        const bool mayGoOn = !isAtEnd() && !(isTooLong_ && line_ > line) &&
                             !(current() == '\n' && givenUp_ >= kMostGivenUp);
        const Nesting::State state = mayGoOn ? nesting.take(current()) : Nesting::State::Broken;
        if (state == Nesting::State::Broken) break;
        step();
        if (state == Nesting::State::Closed) return;
    }
    if (!status_) return;
    if (line_ > line) {
        ++givenUp_;
        goTo(begin, line);
        row_.clear();
        isTooLong_ = false;
    }
    cutLine();
}

Result<std::optional<RawRow>> JsonCutter::next(bool isInList) {
    row_.clear();
    isTooLong_ = false;
    skipBlanks();
    RawRow row;
    row.line = line_;
    if (!isAtEnd()) {
        row.offset = offset();
        if (current() == '{' || current() == '[') cutValue();
    }
    if (!isInList && !isAtEnd()) {
        while (!isAtEnd() && (current() == ' ' || current() == '\t' || current() == '\r'))
            ++at_;
        if (!isAtEnd() && current() != '\n' && (row_.empty() || current() != '{')) cutLine();
    }
    if (!status_) return tl::unexpected(status_.error());
    if (row_.empty()) return std::nullopt;
    row.text = row_;
    if (isTooLong_) row.problem = tooLong();
    return row;
}

}  // namespace dsm
