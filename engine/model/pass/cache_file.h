// Cache file: the first N positions of a KvCache on the disk, so that a text read once need not be
// read again after the cache went to another one.
//
//   offset  bytes
//   0       8      "DSMCACHE"
//   8       4      version, 3
//   12      4      number type of the cache, KvType
//   16      8      N positions
//   24      4 x 3  L layers, G key/value heads, K head size
//   36      4      0
//   40      64     fingerprint of the model, hexadecimal
//   104     4 N    token ids, int32
//   then    8      checksum of all before it, XXH3 of 64 bits
//   then           for each layer the keys, then the values: for each head its first
//                  (N + 15) / 16 panels (kernels/base/kv_panels.h)
//   then    8      checksum of the panels, likewise
//
// Numbers are little-endian; nothing is aligned. What a last panel holds past position N is of no
// meaning.
//
// Ownership Owns the open file.
// Threads   One thread at a time.
// Errors    open(): NotFound, Io; Malformed: not such a file, or a damaged one, ids outside the
//           vocabulary included; Unsupported: of another version, model, backend or number type.
//           None of them is a failure for a user: the text is only read again. restore(): Io, and
//           Malformed where the panels are not those that were saved.
//           write(): Io, NotFound, Cancelled. Both: those of gpu_transfer.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/pass/kv_cache.h"
#include "kernels/backend.h"
#include "kernels/base/file.h"
#include "kernels/base/result.h"
#include "kernels/cuda/gpu_transfer.h"

namespace dsm {

// Changes with whatever changes a model's numbers: config.json, the names, sizes and times of its
// weights' files, and what computes them.
std::string modelFingerprint(const std::filesystem::path& folder, Backend backend);

class CacheFile {
  public:
    // Appears whole or not at all. A cache on a GPU needs its `gpu` to be looked at, here and in
    // restore(); the file is the same.
    static Result<void> write(const std::filesystem::path& path, const KvCache& cache,
                              const std::string& fingerprint, const std::stop_token& stop,
                              GpuTransfer* gpu = nullptr);

    // Checks all but the panels against the cache it is to be restored into. Ids are below
    // `vocabSize`.
    static Result<CacheFile> open(const std::filesystem::path& path, const KvCache& cache,
                                  const std::string& fingerprint, std::int64_t vocabSize);

    std::span<const std::int32_t> ids() const { return ids_; }

    // The cache then holds the first `positions` of ids(), which fit into it; after a failure it
    // is empty. The whole file is read, for the checksum.
    Result<void> restore(std::int64_t positions, KvCache& cache, GpuTransfer* gpu = nullptr) const;

  private:
    explicit CacheFile(File file) : file_(std::move(file)) {}

    File file_;
    std::vector<std::int32_t> ids_;
};

}  // namespace dsm
