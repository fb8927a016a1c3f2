// SampleSpool: tokenised samples on the disk, so that a data set of any size takes no memory and no
// text is tokenised twice.
//
//   a token   uint32, little-endian: the id, and 2^31 where it is trained
//
// The file has no name: it goes with the object, also when the program is killed. It lies in
// TMPDIR, else in /var/tmp, which is on the disk where /tmp may be memory.
//
// Threads   One at a time.
// Errors    Io, naming the folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/train/dataset.h"
#include "kernels/base/file.h"
#include "kernels/base/result.h"

namespace dsm {

class SampleSpool {
  public:
    static Result<SampleSpool> create();

    Result<void> add(const TrainingSample& sample);
    // All were added.
    Result<void> finish();

    std::int64_t size() const { return static_cast<std::int64_t>(ends_.size()); }
    SampleLength length(std::int64_t i) const {
        return {static_cast<std::int64_t>(end(i) - begin(i)), labels_[static_cast<std::size_t>(i)]};
    }
    Result<TrainingSample> sample(std::int64_t i) const;

  private:
    explicit SampleSpool(File file) : file_(std::move(file)) {}

    std::uint64_t end(std::int64_t i) const { return ends_[static_cast<std::size_t>(i)]; }
    std::uint64_t begin(std::int64_t i) const { return i == 0 ? 0 : end(i - 1); }
    Result<void> flush();

    File file_;
    std::vector<std::uint64_t> ends_;     // of each sample, in tokens
    std::vector<std::uint32_t> labels_;   // of each sample, that count
    std::vector<std::uint32_t> pending_;  // not yet written
};

}  // namespace dsm
