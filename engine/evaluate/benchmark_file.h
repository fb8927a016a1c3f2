// Benchmark file: the items of a run, a line of JSON each, written as they come, so that a later run goes
// on where this one stopped, and another may be compared with it.
//
//   {"benchmark": {..}}      what was asked of whom; anything else than now is another benchmark
//   {"number": 0, ..}        benchmark_item.h
//
// A last line that is not whole (the program was killed, the disk was full) is taken off again.
//
// Ownership Owns the open file, which one program at a time may have.
// Memory    One line of at most kMostLineBytes, whatever the file claims.
// Threads   One at a time.
// Errors    NotFound or Io, naming the file; Malformed, naming the line too; Unsupported: it is of
//           another benchmark, or in use.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "engine/evaluate/benchmark_item.h"
#include "kernels/base/file.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::size_t kMostLineBytes = std::size_t{64} << 20U;

using ItemVisit = std::function<void(BenchmarkItem item)>;

class BenchmarkFile {
  public:
    // Makes the file, or goes on with the one that is there; `visit` gets what it holds.
    static Result<BenchmarkFile> open(const std::filesystem::path& path,
                                      const nlohmann::json& benchmark, const ItemVisit& visit);

    // The item is with the system afterwards.
    Result<void> add(const BenchmarkItem& item);
    // Everything is on the disk afterwards.
    Result<void> finish() { return file_.sync(); }

  private:
    explicit BenchmarkFile(File file) : file_(std::move(file)) {}

    File file_;
};

// Reads such a file, to compare with; returns what it is of.
Result<nlohmann::json> readBenchmarkFile(const std::filesystem::path& path, const ItemVisit& visit);

}  // namespace dsm
