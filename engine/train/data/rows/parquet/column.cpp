#include "engine/train/data/rows/parquet/column.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/train/data/rows/parquet/codec.h"

namespace dsm::parquet {
namespace {

constexpr std::uint64_t kHeaderBytes = 1 << 16;
constexpr std::uint64_t kMostHeaderBytes = 16 << 20;  // with statistics of long texts
constexpr std::uint64_t kMostDelta = 1 << 24;
constexpr std::uint64_t kMostDictionary = 1 << 22;  // writers stop at a megabyte or so

bool isDictionary(int encoding) {
    return encoding == 2 || encoding == 8;
}

}  // namespace

std::string Column::readBytes(std::uint64_t offset, std::uint64_t count) const {
    std::string text(count, '\0');
    const Result<std::size_t> got = file_.readAt(offset, text);
    if (!got) throw BrokenParquet(got.error().message);
    if (*got < count) throw BrokenParquet("the file became shorter");
    return text;
}

PageHeader Column::readHeader() {
    const std::uint64_t left = end_ - offset_;
    if (left > kHeaderBytes) {
        try {
            return readPageHeader(readBytes(offset_, kHeaderBytes));
        } catch (const BrokenParquet&) {
            // It may be longer.
        }
    }
    return readPageHeader(readBytes(offset_, std::min(left, kMostHeaderBytes)));
}

void Column::readDictionary(const PageHeader& header, std::string page) {
    if (dictionary_) throw BrokenParquet("it has two dictionaries");
    if (header.encoding != 0 && header.encoding != 2) {
        throw BrokenParquet("its dictionary is in an unknown encoding", true);
    }
    const auto count = static_cast<std::uint64_t>(header.values);
    // A value takes a bit or more.
    if (count > std::min(kMostDictionary, 8 * static_cast<std::uint64_t>(page.size()))) {
        throw BrokenParquet("its dictionary claims more than it holds");
    }
    Values values(page, 0, node_, count);
    dictionary_.emplace();
    for (std::uint64_t i = 0; i < count; ++i)
        dictionary_->push_back(values.next());
}

void Column::beginData(const PageHeader& header, std::string_view stored) {
    const int definitionWidth = widthOf(node_.maxDefinition);
    const int repetitionWidth = widthOf(node_.maxRepetition);
    const auto whole = static_cast<std::uint64_t>(header.wholeBytes);
    Bytes in;
    if (header.type == PageHeader::kDataV2) {
        const std::int64_t levels = header.repetitionBytes + header.definitionBytes;
        if (header.repetitionBytes < 0 || header.definitionBytes < 0 ||
            levels > header.wholeBytes || levels > header.storedBytes) {
            throw BrokenParquet("the levels of a page are longer than it");
        }
        const auto split = static_cast<std::size_t>(levels);
        const int codec = header.isCompressed ? chunk_.codec : 0;
        page_ = std::string(stored.substr(0, split)) +
                decompressed(stored.substr(split), codec, whole - split);
        in = Bytes(page_);
        repetitions_ =
            Levels(in.take(static_cast<std::uint64_t>(header.repetitionBytes)), repetitionWidth);
        definitions_ =
            Levels(in.take(static_cast<std::uint64_t>(header.definitionBytes)), definitionWidth);
    } else {
        page_ = decompressed(stored, chunk_.codec, whole);
        in = Bytes(page_);
        const auto levels = [&](int width, int encoding) {
            if (width == 0) return Levels();
            if (encoding == 3) return Levels(in.take(in.number<std::uint32_t>()), width);
            if (encoding != 4) throw BrokenParquet("its levels are in an unknown encoding", true);
            const auto bits =
                static_cast<std::uint64_t>(header.values) * static_cast<std::uint64_t>(width);
            return Levels::packed(in.take((bits + 7) / 8), width);
        };
        repetitions_ = levels(repetitionWidth, header.repetitionEncoding);
        definitions_ = levels(definitionWidth, header.definitionEncoding);
    }
    isOfDictionary_ = isDictionary(header.encoding);
    if (isOfDictionary_) {
        if (!dictionary_) throw BrokenParquet("a page needs a dictionary that is not there");
        if (in.left() == 0) {  // all are missing
            places_ = Levels();
            return;
        }
        const auto width = in.number<std::uint8_t>();
        places_ = Levels(in.take(in.left()), width);
        return;
    }
    values_ = Values(in.take(in.left()), header.encoding, node_,
                     std::min(static_cast<std::uint64_t>(header.values), kMostDelta));
}

// False after the last.
bool Column::readPage() {
    if (offset_ >= end_) return false;
    const PageHeader header = readHeader();
    offset_ += header.headerBytes;
    const auto bytes = static_cast<std::uint64_t>(header.storedBytes);
    if (bytes > end_ - offset_) throw BrokenParquet("a page ends behind its column");
    const std::string stored = readBytes(offset_, bytes);
    offset_ += bytes;
    if (header.type == PageHeader::kDictionary) {
        readDictionary(header, decompressed(stored, chunk_.codec,
                                            static_cast<std::uint64_t>(header.wholeBytes)));
    } else if (header.type == PageHeader::kData || header.type == PageHeader::kDataV2) {
        if (header.values > entriesLeft_) throw BrokenParquet("its pages hold more than it says");
        entriesLeft_ -= header.values;
        pageLeft_ = header.values;
        beginData(header, stored);
    } else if (header.type != PageHeader::kIndex) {
        throw BrokenParquet("a page is of an unknown type", true);
    }
    return true;
}

bool Column::readEntry() {
    while (pageLeft_ == 0) {
        if (!readPage()) return false;
    }
    --pageLeft_;
    repetition_ = static_cast<int>(repetitions_.next());
    definition_ = node_.maxDefinition == 0 ? 0 : static_cast<int>(definitions_.next());
    if (repetition_ > node_.maxRepetition || definition_ > node_.maxDefinition) {
        throw BrokenParquet("a level is higher than the column is deep");
    }
    hasEntry_ = true;
    return true;
}

nlohmann::json Column::take() {
    need();
    hasEntry_ = false;
    if (definition_ < node_.maxDefinition) return nullptr;
    if (!isOfDictionary_) return values_.next();
    const std::uint32_t place = places_.next();
    if (place >= dictionary_->size()) throw BrokenParquet("a value is not in its dictionary");
    return (*dictionary_)[place];
}

}  // namespace dsm::parquet
