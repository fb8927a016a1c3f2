#include "engine/train/state/event_file.h"

#include <fcntl.h>
#include <isa-l/crc.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "kernels/base/folder.h"

namespace dsm {
namespace {

static_assert(std::endian::native == std::endian::little);

template <class Number>
std::string littleEndian(Number number) {
    std::string bytes(sizeof number, '\0');
    std::memcpy(bytes.data(), &number, sizeof number);
    return bytes;
}

std::string varint(std::uint64_t number) {
    std::string bytes;
    for (; number >= 0x80; number >>= 7)
        bytes += static_cast<char>(number | 0x80);
    return bytes + static_cast<char>(number);
}

// A field of protocol buffers: its number and how its value is written.
enum class Wire { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };
std::string key(int field, Wire wire) {
    return varint(static_cast<std::uint64_t>(field << 3 | static_cast<int>(wire)));
}

std::string bytesField(int field, std::string_view bytes) {
    return key(field, Wire::Bytes) + varint(bytes.size()) + std::string(bytes);
}

std::string wallTimeField(double wallTime) {
    return key(1, Wire::Fixed64) + littleEndian(wallTime);
}

double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string hostName() {
    char name[256] = "host";
    if (::gethostname(name, sizeof name - 1) != 0) return "host";
    return name;
}

}  // namespace

std::string framedEvent(const std::string& data) {
    const std::string length = littleEndian<std::uint64_t>(data.size());
    return length + littleEndian(maskedCrc(crc32c(length))) + data +
           littleEndian(maskedCrc(crc32c(data)));
}

std::uint32_t crc32c(std::string_view bytes) {
    // The library neither begins nor ends with the inversion that the checksum is defined with; it
    // only reads.
    auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
    return ~crc32_iscsi(data, static_cast<int>(bytes.size()), ~0U);
}

std::uint32_t maskedCrc(std::uint32_t crc) {
    return std::rotr(crc, 15) + 0xa282ead8U;
}

std::string versionRecord(double wallTime) {
    return framedEvent(wallTimeField(wallTime) + bytesField(3, "brain.Event:2"));
}

std::string valueRecord(double wallTime, std::int64_t step, const EventValue& value) {
    const std::string entry =
        bytesField(1, value.tag) + key(2, Wire::Fixed32) + littleEndian(value.value);
    return framedEvent(wallTimeField(wallTime) + key(2, Wire::Varint) +
                       varint(static_cast<std::uint64_t>(step)) +
                       bytesField(5, bytesField(1, entry)));
}

Result<EventFile> EventFile::create(const std::filesystem::path& folder, Clock clock) {
    if (!clock) clock = now;
    if (auto made = makeFolders(folder); !made) return tl::unexpected(made.error());
    const double wallTime = clock();
    const std::string name = "events.out.tfevents." +
                             std::to_string(static_cast<std::int64_t>(wallTime)) + "." + hostName();
    // A second file of the same second gets a number.
    for (int number = 0;; ++number) {
        const auto path = folder / (number == 0 ? name : name + "." + std::to_string(number));
        auto file = File::open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
        if (!file && file.error().systemReason == EEXIST) continue;
        if (!file) return tl::unexpected(file.error());
        EventFile events(std::move(*file), std::move(clock));
        if (auto written = events.append(versionRecord(wallTime)); !written) {
            static_cast<void>(removePath(path));
            return tl::unexpected(written.error());
        }
        return events;
    }
}

Result<void> EventFile::append(const std::string& record) {
    return file_.write(std::as_bytes(std::span(record)));
}

Result<void> EventFile::write(std::int64_t step, std::span<const EventValue> values) {
    std::string records;
    const double wallTime = clock_();
    for (const EventValue& value : values)
        records += valueRecord(wallTime, step, value);
    return append(records);
}

}  // namespace dsm
