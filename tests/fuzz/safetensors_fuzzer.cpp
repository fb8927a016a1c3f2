// Any bytes as a safetensors file: refused with a message, or readable everywhere.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/format/safetensors.h"
#include "kernels/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = dsm::SafetensorsFile::parse(std::as_bytes(std::span(data, size)), "fuzz");
    if (!file) {
        DSM_CHECK(file.error().message.find("fuzz") != std::string::npos);
        return 0;
    }
    std::uint64_t total = 0;
    for (const dsm::TensorInfo& info : file->tensors()) {
        DSM_CHECK(file->find(info.name) == &info);
        DSM_CHECK(dsm::tensorBytes(info.dtypeName, info.shape) == info.sizeBytes());
        const std::span<const std::byte> bytes = file->bytes(info);
        DSM_CHECK(bytes.size() == info.sizeBytes());
        total += bytes.size();
        // Looks at each byte, so that the sanitizer sees one that lies outside.
        for (const std::byte& byte : bytes) {
            static_cast<void>(*static_cast<const volatile std::byte*>(&byte));
        }
    }
    DSM_CHECK(total <= size);
    return 0;
}
