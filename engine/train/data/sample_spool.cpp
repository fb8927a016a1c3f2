#include "engine/train/data/sample_spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "kernels/base/check.h"

namespace dsm {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint32_t kTrained = 1U << 31;
constexpr std::size_t kPendingTokens = 1 << 18;

std::filesystem::path folderForSpools() {
    if (const char* chosen = std::getenv("TMPDIR"); chosen != nullptr && *chosen != '\0') {
        return chosen;
    }
    std::error_code error;
    const std::filesystem::path large = "/var/tmp";
    if (std::filesystem::is_directory(large, error)) return large;
    const std::filesystem::path any = std::filesystem::temp_directory_path(error);
    return error ? std::filesystem::path("/tmp") : any;
}

tl::unexpected<Error> diskFailure(const std::string& what, int reason, const char* remedy) {
    return failure(ErrorCode::Io, what + " in " + folderForSpools().string() +
                                      ", where the tokens of the data set are kept: " +
                                      std::generic_category().message(reason) + ". " + remedy);
}

constexpr const char* kMoreRoom = "Set TMPDIR to a folder with more room.";
constexpr const char* kOtherDisk = "Set TMPDIR to a folder on another disk and start again.";

}  // namespace

Result<SampleSpool> SampleSpool::create() {
    std::string path = (folderForSpools() / "deepseekmoe-samples-XXXXXX").string();
    const int file = ::mkostemp(path.data(), O_CLOEXEC);
    if (file < 0) return diskFailure("Cannot make a file", errno, kMoreRoom);
    ::unlink(path.c_str());
    return SampleSpool(file);
}

SampleSpool::SampleSpool(SampleSpool&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      ends_(std::move(other.ends_)),
      labels_(std::move(other.labels_)),
      pending_(std::move(other.pending_)) {}

SampleSpool& SampleSpool::operator=(SampleSpool&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(ends_, other.ends_);
    std::swap(labels_, other.labels_);
    std::swap(pending_, other.pending_);
    return *this;
}

SampleSpool::~SampleSpool() {
    if (file_ >= 0) ::close(file_);
}

Result<void> SampleSpool::add(const TrainingSample& sample) {
    for (std::size_t i = 0; i < sample.ids.size(); ++i) {
        const bool isTrained = sample.labels[i] != kNotTrained;
        pending_.push_back(static_cast<std::uint32_t>(sample.ids[i]) | (isTrained ? kTrained : 0U));
    }
    ends_.push_back((ends_.empty() ? 0 : ends_.back()) + sample.ids.size());
    labels_.push_back(static_cast<std::uint32_t>(lengthOf(sample).labels));
    return pending_.size() < kPendingTokens ? Result<void>() : flush();
}

Result<void> SampleSpool::finish() {
    return flush();
}

Result<void> SampleSpool::flush() {
    const char* bytes = reinterpret_cast<const char*>(pending_.data());
    std::size_t left = pending_.size() * sizeof(std::uint32_t);
    while (left > 0) {
        const ssize_t written = ::write(file_, bytes, left);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return diskFailure("Cannot write", errno, kMoreRoom);
        bytes += written;
        left -= static_cast<std::size_t>(written);
    }
    pending_.clear();
    return {};
}

Result<TrainingSample> SampleSpool::sample(std::int64_t i) const {
    DSM_CHECK(i >= 0 && i < size() && pending_.empty());
    std::vector<std::uint32_t> tokens(static_cast<std::size_t>(length(i).tokens));
    char* bytes = reinterpret_cast<char*>(tokens.data());
    std::size_t left = tokens.size() * sizeof(std::uint32_t);
    auto offset = static_cast<off_t>(begin(i) * sizeof(std::uint32_t));
    while (left > 0) {
        const ssize_t got = ::pread(file_, bytes, left, offset);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return diskFailure("Cannot read", got < 0 ? errno : EIO, kOtherDisk);
        bytes += got;
        offset += got;
        left -= static_cast<std::size_t>(got);
    }
    TrainingSample sample;
    sample.ids.reserve(tokens.size());
    sample.labels.reserve(tokens.size());
    for (const std::uint32_t token : tokens) {
        sample.ids.push_back(static_cast<std::int32_t>(token & ~kTrained));
        sample.labels.push_back((token & kTrained) != 0 ? sample.ids.back() : kNotTrained);
    }
    return sample;
}

}  // namespace dsm
