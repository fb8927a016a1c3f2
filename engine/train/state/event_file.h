// TensorBoard event files: the numbers of a training run, as TensorBoard reads them.
//
//   file     events.out.tfevents.<unix seconds>.<host>
//   record   uint64 length | masked crc32c(length) | data | masked crc32c(data), little-endian
//   mask     ((crc >> 15 | crc << 17) + 0xa282ead8) mod 2^32
//   data     Event of TensorBoard's event.proto: wall_time = 1 (double), step = 2 (varint),
//            file_version = 3 ("brain.Event:2", the first record), summary = 5 { value = 1 { tag =
//            1, simple_value = 2 (float) } }
//
// Each record reaches the file at once, whole: a run that is killed leaves what it wrote. A run
// that is resumed begins a file of its own; TensorBoard joins those of a folder.
//
// Source   tensorflow/core/lib/io/record_writer.cc, tensorflow/core/util/event.proto; CRC-32C by
// ISA-L. Threads  One at a time. Errors   Io, naming the file.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "kernels/base/file.h"
#include "kernels/base/result.h"

namespace dsm {

struct EventValue {
    std::string_view tag;  // "train/loss"
    float value = 0;
};

class EventFile {
  public:
    using Clock = std::function<double()>;  // seconds since 1970

    // A new file in the folder, which is made where it is missing.
    static Result<EventFile> create(const std::filesystem::path& folder, Clock clock = {});

    // One event for each value.
    Result<void> write(std::int64_t step, std::span<const EventValue> values);

    const std::filesystem::path& path() const { return file_.path(); }

  private:
    EventFile(File file, Clock clock) : file_(std::move(file)), clock_(std::move(clock)) {}

    Result<void> append(const std::string& record);

    File file_;
    Clock clock_;
};

// One record with its checksums. The first of a file, and one with a value.
std::string versionRecord(double wallTime);
std::string valueRecord(double wallTime, std::int64_t step, const EventValue& value);
// Any event, framed.
std::string framedEvent(const std::string& event);

// CRC-32C (Castagnoli) as usual: crc32c("123456789") is e3069283.
std::uint32_t crc32c(std::string_view bytes);
// As records hold it.
std::uint32_t maskedCrc(std::uint32_t crc);

}  // namespace dsm
