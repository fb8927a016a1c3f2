// What a folder says of the conversion that fills it: conversion.json.
//
//   {"version": 1, "preset": "q4", "source": identity,
//    "shards": [{"file": ..., "size_bytes": ..., "sha256": {tensor: hash of its source, ...}},
//                ...],
//    "source_sha256": ...}     once all is written, then without shards
//
// Written anew after each shard, so that what is listed is whole and safe on the disk. The hash of
// the source is that of the lines "name sha256\n" of all tensors in the order of the table, and
// so does not depend on the files they lay in.
//
// Errors  readState(): NotFound where there is none; Malformed. writeState(): Io.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::string_view kConversionFileName = "conversion.json";

struct FinishedShard {
    std::string fileName;
    std::uint64_t sizeBytes = 0;
    std::map<std::string, std::string> sourceHashes;  // of its tensors
};

struct ConversionState {
    std::string preset;
    std::string source;  // what sourceIdentity() said of it
    std::vector<FinishedShard> shards;
    std::string sourceSha256;  // empty while shards are missing
};

// Changes when the source does: a hash of its config, the names, sizes and times of its weight
// files, and `choices`, whatever else decides the bytes that are written.
Result<std::string> sourceIdentity(const std::filesystem::path& source, const std::string& choices);

// `hashes`: of every tensor of the table.
std::string hashOfSource(const std::vector<TensorSpec>& table,
                         const std::map<std::string, std::string>& hashes);

Result<ConversionState> readState(const std::filesystem::path& folder);
Result<void> writeState(const std::filesystem::path& folder, const ConversionState& state);

}  // namespace dsm
