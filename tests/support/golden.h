// Tensors of the files in tests/golden.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "engine/format/safetensors.h"
#include "kernels/base/buffer.h"
#include "kernels/base/views.h"

namespace dsm::test {

// The tensors of one or more safetensors files under tests/golden. A file or tensor that is missing
// or of another type is a test's bug and ends the program.
class Golden {
  public:
    explicit Golden(const std::vector<std::string>& files) {
        for (const std::string& file : files) {
            auto opened =
                SafetensorsFile::open(std::string(DSM_SOURCE_DIR) + "/tests/golden/" + file);
            DSM_CHECK(opened.has_value());
            files_.push_back(std::move(*opened));
        }
    }

    std::vector<float> floats(const std::string& name) const { return numbers<float>(name, "F32"); }
    std::vector<std::int32_t> integers(const std::string& name) const {
        return numbers<std::int32_t>(name, "I32");
    }
    std::vector<std::uint8_t> bytes(const std::string& name) const {
        return numbers<std::uint8_t>(name, "U8");
    }
    // A tensor as a weight: its last dimension is the columns. Lives as long as this object; a
    // copy, since a file may hold a float at an odd address.
    Weight weight(const std::string& name) const {
        const auto [file, info] = find(name);
        DSM_CHECK(info->dtypeName == "F32" || info->dtypeName == "BF16");
        const std::int64_t cols = info->shape.back();
        const std::int64_t rows = info->shape.size() > 1 ? info->shape.front() : 1;
        const auto bytes = file->bytes(*info);
        const Buffer<std::byte>& copy = copies_.emplace_back(bytes.size());
        std::memcpy(copy.data(), bytes.data(), bytes.size());
        return {copy.data(), info->dtypeName == "F32" ? DType::F32 : DType::BF16, rows, cols};
    }

    // The bytes of a tensor as a weight in blocks.
    Weight packed(const std::string& name, DType type, std::int64_t rows, std::int64_t cols) const {
        const auto [file, info] = find(name);
        const Weight weight{nullptr, type, rows, cols};
        const auto bytes = file->bytes(*info);
        DSM_CHECK(info->dtypeName == "U8" && bytes.size() == weight.sizeBytes());
        const Buffer<std::byte>& copy = copies_.emplace_back(bytes.size());
        std::memcpy(copy.data(), bytes.data(), bytes.size());
        return {copy.data(), type, rows, cols};
    }

  private:
    struct Found {
        const SafetensorsFile* file;
        const TensorInfo* info;
    };

    Found find(const std::string& name) const {
        for (const SafetensorsFile& file : files_) {
            if (const TensorInfo* info = file.find(name)) return {&file, info};
        }
        DSM_CHECK(!"a golden tensor of this name");
        return {};
    }

    template <class T>
    std::vector<T> numbers(const std::string& name, const char* dtype) const {
        const auto [file, info] = find(name);
        DSM_CHECK(info->dtypeName == dtype);
        std::vector<T> values(info->sizeBytes() / sizeof(T));
        std::memcpy(values.data(), file->bytes(*info).data(), info->sizeBytes());
        return values;
    }

    std::vector<SafetensorsFile> files_;
    mutable std::vector<Buffer<std::byte>> copies_;
};

}  // namespace dsm::test
