// AdapterFile: an adapter's folder, read one module at a time, for adapters that need not be in memory
// at once.
//
// Ownership Owns the mapped file.
// Threads   One at a time.
// Errors    Those of adapter_folder.h.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "engine/model/adapter/adapter.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/result.h"

namespace dsm {

class AdapterContent;

class AdapterFile {
  public:
    // Checks the config, and the names and shapes of all tensors.
    static Result<AdapterFile> open(const std::filesystem::path& folder, const ModelConfig& config);
    AdapterFile(AdapterFile&&) noexcept;
    AdapterFile& operator=(AdapterFile&&) noexcept;
    ~AdapterFile();

    const LoraSettings& settings() const;
    const std::string& baseModel() const;
    // What there is for a tensor of the model's table; nothing where there is none.
    Result<std::optional<LoraModule>> factorsOf(const TensorSpec& spec) const;
    Result<std::optional<SavedModule>> savedOf(const TensorSpec& spec) const;
    // Whether savedOf() has one.
    bool holdsWhole(const TensorSpec& spec) const;

  private:
    explicit AdapterFile(std::unique_ptr<AdapterContent> content);
    std::unique_ptr<AdapterContent> content_;
};

// The whole adapter.
Result<LoraAdapter> readAdapter(const std::filesystem::path& folder, const ModelConfig& config);

}  // namespace dsm
