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

    Result<void> add(const TrainingSample& sample) { return insert(size(), sample); }
    // Before the i-th.
    Result<void> insert(std::int64_t i, const TrainingSample& sample);
    // Its tokens stay on the disk.
    void remove(std::int64_t i);
    // All were added.
    Result<void> finish();

    std::int64_t size() const { return static_cast<std::int64_t>(samples_.size()); }
    SampleLength length(std::int64_t i) const { return {at(i).tokens, at(i).labels}; }
    Result<TrainingSample> sample(std::int64_t i) const;

  private:
    explicit SampleSpool(File file) : file_(std::move(file)) {}

    struct Place {
        std::uint64_t begin;  // in tokens of the file
        std::uint32_t tokens;
        std::uint32_t labels;  // that count
    };

    const Place& at(std::int64_t i) const { return samples_[static_cast<std::size_t>(i)]; }
    Result<void> flush();

    File file_;
    std::uint64_t tokens_ = 0;  // of the file, those that wait included
    std::vector<Place> samples_;
    std::vector<std::uint32_t> pending_;  // not yet written
};

}  // namespace dsm
