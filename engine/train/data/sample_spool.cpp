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
    const auto written = file_.write(std::as_bytes(std::span(pending_)));
    if (!written) return diskFailure("write", written.error().systemReason);
    pending_.clear();
    return {};
}

Result<TrainingSample> SampleSpool::sample(std::int64_t i) const {
    DSM_CHECK(i >= 0 && i < size() && pending_.empty());
    std::vector<std::uint32_t> tokens(static_cast<std::size_t>(length(i).tokens));
    const auto bytes = std::as_writable_bytes(std::span(tokens));
    const auto got = file_.readAt(begin(i) * sizeof(std::uint32_t), bytes);
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
