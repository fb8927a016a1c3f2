#include "engine/train/data/sample_spool.h"

#include <bit>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "kernels/base/check.h"
#include "kernels/base/reason.h"

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

tl::unexpected<Error> diskFailure(const char* doing, int reason) {
    return failure(ErrorCode::Io, ReasonCode::SpoolFailed,
                   {doing, folderForSpools().string(), systemReasonText(reason)});
}

}  // namespace

Result<SampleSpool> SampleSpool::create() {
    auto file = File::openUnnamed(folderForSpools(), "deepseekmoe-samples");
    if (!file) return diskFailure("make", file.error().systemReason);
    return SampleSpool(std::move(*file));
}

Result<void> SampleSpool::insert(std::int64_t i, const TrainingSample& sample) {
    DSM_CHECK(i >= 0 && i <= size());
    for (std::size_t t = 0; t < sample.ids.size(); ++t) {
        const bool isTrained = sample.labels[t] != kNotTrained;
        pending_.push_back(static_cast<std::uint32_t>(sample.ids[t]) | (isTrained ? kTrained : 0U));
    }
    samples_.insert(samples_.begin() + i, {tokens_, static_cast<std::uint32_t>(sample.ids.size()),
                                           static_cast<std::uint32_t>(lengthOf(sample).labels)});
    tokens_ += sample.ids.size();
    return pending_.size() < kPendingTokens ? Result<void>() : flush();
}

void SampleSpool::remove(std::int64_t i) {
    DSM_CHECK(i >= 0 && i < size());
    samples_.erase(samples_.begin() + i);
}

Result<void> SampleSpool::finish() {
    return flush();
}

Result<void> SampleSpool::flush() {
    const auto written = file_.write(std::as_bytes(std::span(pending_)));
    if (!written) return diskFailure("write", written.error().systemReason);
    pending_.clear();
    return {};
}

Result<TrainingSample> SampleSpool::sample(std::int64_t i) const {
    DSM_CHECK(i >= 0 && i < size() && pending_.empty());
    std::vector<std::uint32_t> tokens(static_cast<std::size_t>(length(i).tokens));
    const auto bytes = std::as_writable_bytes(std::span(tokens));
    const auto got = file_.readAt(at(i).begin * sizeof(std::uint32_t), bytes);
    if (!got) return diskFailure("read", got.error().systemReason);
    if (*got < bytes.size()) return diskFailure("read", EIO);
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
