// What an adapter folder holds: its tensors, sorted to the modules of a model and checked against
// its settings. Private to engine/model; see adapter_file.h.
//
// Errors  Malformed where tensors, settings and model do not fit together, Unsupported for what is not
//         computed with, both naming the tensor; Io where numbers cannot be read.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/format/safetensors.h"
#include "engine/model/adapter/adapter.h"
#include "engine/model/adapter/adapter_names.h"
#include "engine/model/adapter/adapter_settings.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/reason.h"
#include "kernels/base/result.h"

namespace dsm {

class AdapterContent {
  public:
    AdapterContent(SafetensorsFile file, AdapterSettings settings, std::string configName,
                   const ModelConfig& config);

    Result<void> check();
    const AdapterSettings& settings() const { return settings_; }
    Result<std::optional<LoraModule>> factorsOf(const TensorSpec& spec) const;
    Result<std::optional<SavedModule>> savedOf(const TensorSpec& spec) const;
    bool holdsWhole(const TensorSpec& spec) const;

  private:
    struct Parts {
        const TensorInfo* a = nullptr;
        const TensorInfo* b = nullptr;
        const TensorInfo* whole = nullptr;
        bool isBase = false;  // `whole` is called base_layer
        float scaling = 1;
    };

    Result<void> sort();
    Result<void> place(const AdapterTensor& tensor, const TensorInfo& info);
    Result<void> checkParts(const TensorSpec& spec, Parts& parts) const;
    Result<void> checkFactors(const TensorSpec& spec, Parts& parts) const;
    Result<void> checkWhole(const TensorSpec& spec, const Parts& parts) const;
    Result<void> checkNothingIsMissing() const;
    Result<bool> isTarget(const std::string& module) const;
    Result<void> checkShape(const TensorInfo& info, std::span<const std::int64_t> expected) const;
    Result<std::vector<float>> numbers(const TensorInfo& info) const;
    tl::unexpected<Error> refuse(ErrorCode code, const std::string& tensor,
                                 const Reason& problem) const {
        Reason reason(ReasonCode::AtTensor, {file_.name(), tensor});
        reason.add(problem);
        return failure(code, reason);
    }
    // Of what the settings say of a module.
    tl::unexpected<Error> refuseSettings(const Error& error) const {
        Reason reason(ReasonCode::AtFile, {configName_});
        reason.add(reasonOf(error));
        return failure(error.code, reason);
    }

    SafetensorsFile file_;
    AdapterSettings settings_;
    std::string configName_;
    std::vector<TensorSpec> table_;
    std::unordered_map<std::string, const TensorSpec*> specs_;  // by their modules' names
    std::map<std::string, Parts> found_;                        // likewise
    const TensorInfo* firstNamed_ = nullptr;  // with the name of an adapter in its own
    std::string adapterName_;
};

}  // namespace dsm
