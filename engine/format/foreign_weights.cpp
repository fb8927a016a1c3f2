#include "engine/format/foreign_weights.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>
#include <vector>

#include "kernels/base/folder.h"

namespace dsm {
namespace {

struct Foreign {
    std::string_view begin;
    std::string_view end;
    std::string_view what;  // one of knownWords()
    bool canBeSavedAgain = true;
};

constexpr std::string_view kPickle = "is a pickle of PyTorch, which could run code when it is read";

// The first that fits; what is named more closely comes first.
constexpr std::array kForeign{
    Foreign{"consolidated", ".safetensors", "is in the layout of its authors, with other names"},
    Foreign{"consolidated", ".pth", "is in the layout of its authors, as a pickle of PyTorch"},
    Foreign{"", ".gguf", "is a GGUF file, as llama.cpp reads it", false},
    Foreign{"", ".ggml", "is a GGML file, as early llama.cpp read it", false},
    Foreign{"", ".onnx", "is an ONNX graph", false},
    Foreign{"", ".msgpack", "is a file of Flax"},
    Foreign{"", ".h5", "is a file of Keras"},
    Foreign{"", ".keras", "is a file of Keras"},
    Foreign{"", ".tflite", "is a file of TensorFlow Lite", false},
    Foreign{"", ".npz", "is a file of NumPy, as MLX wrote them", false},
    Foreign{"", ".mlmodel", "is a file of Core ML", false},
    Foreign{"", ".engine", "is an engine of TensorRT", false},
    Foreign{"", ".llamafile", "is a llamafile", false},
    Foreign{"", ".nemo", "is an archive of NeMo"},
    Foreign{"", ".ot", "is a file of rust-bert"},
    Foreign{"pytorch_model", ".bin", kPickle},
    Foreign{"adapter_model", ".bin", "is an adapter, as a pickle of PyTorch"},
    Foreign{"", ".bin.index.json", "lists pickles of PyTorch, which could run code when read"},
    Foreign{"", ".pth", kPickle},
    Foreign{"", ".pt", kPickle},
    Foreign{"", ".ckpt", kPickle},
    Foreign{"", ".pkl", kPickle},
    Foreign{"", ".bin", kPickle},
};

// What torch.save() of a Trainer leaves beside the weights.
constexpr std::array<std::string_view, 5> kNotWeights{"training_args.bin", "optimizer.bin",
                                                      "optimizer.pt", "scheduler.pt", "rng_state"};

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

const Foreign* formatOf(const std::string& name) {
    const std::string low = lowered(name);
    const bool isOther =
        std::any_of(kNotWeights.begin(), kNotWeights.end(),
                    [&](std::string_view other) { return low.starts_with(other); });
    if (isOther) return nullptr;
    const auto found = std::find_if(kForeign.begin(), kForeign.end(), [&](const Foreign& one) {
        return low.starts_with(one.begin) && low.ends_with(one.end);
    });
    return found == kForeign.end() ? nullptr : &*found;
}

// Files of this kind under other names, or without their list.
Reason misnamed(const std::filesystem::path& folder, const std::vector<std::string>& names) {
    const auto found = std::find_if(names.begin(), names.end(), [](const std::string& name) {
        return name.ends_with(".safetensors");
    });
    if (found == names.end()) return {};
    return {found->starts_with("adapter_model") ? ReasonCode::MisnamedAdapter
                                                : ReasonCode::MisnamedWithoutIndex,
            {(folder / *found).string()}};
}

}  // namespace

Reason foreignWeightsIn(const std::filesystem::path& folder) {
    const auto names = namesIn(folder);
    if (!names) return {};
    for (const Foreign& wanted : kForeign) {
        for (const std::string& name : *names) {
            if (formatOf(name) != &wanted) continue;
            Reason reason(ReasonCode::ForeignFormat,
                          {(folder / name).string(), std::string(wanted.what)});
            reason.add(wanted.canBeSavedAgain ? ReasonCode::ForeignGetOrSave
                                              : ReasonCode::ForeignGet);
            return reason;
        }
    }
    return misnamed(folder, *names);
}

}  // namespace dsm
