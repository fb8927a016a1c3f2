// Residency: where the bytes of a mapped checkpoint are while the model works.
#pragma once

#include <cstddef>
#include <span>
#include <stop_token>

#include "kernels/base/result.h"

namespace dsm {

enum class Residency {
    InMemory,  // read at load, so that the first token does not wait for the disk
    Locked,    // and kept there, whatever else the machine does
    OnDisk,    // only mapped: read when first needed, and again after the system took the page
};

// Reads every page of mapped bytes. False when asked to stop, which it looks for every 8 MB.
//
// What lies in the system's file cache already costs 60 ms per GB, and 1.5 ms where it lies there
// in large pages; reading a byte of each page, as before Linux 5.14, 60 and 15 ms (2 Zen 4 cores,
// 2026-11).
bool bringIntoMemory(std::span<const std::byte> bytes, const std::stop_token& stop);

// Reads the bytes and keeps their pages in memory until they are unmapped.
// Errors  OutOfMemory, naming the limit that forbids it and how it is raised.
Result<void> lockInMemory(std::span<const std::byte> bytes);

// Either of them, or nothing, as the residency wants it.
// Errors  Cancelled; those of lockInMemory().
Result<void> reside(std::span<const std::byte> bytes, Residency residency,
                    const std::stop_token& stop);

}  // namespace dsm
