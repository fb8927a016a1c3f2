#include <array>
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>

#include "app/cli/terminal.h"
#include "engine/format/checkpoint.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/preset.h"
#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/model/checkpoint/tensor_check.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "engine/model/pass/memory_fit.h"
#include "kernels/base/bytes_in_words.h"

namespace dsm::cli {
namespace {

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (std::int64_t at = static_cast<std::int64_t>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    }
    return digits;
}

void printArchitecture(const ModelConfig& c) {
    std::cout << "Architecture: DeepSeekMoE\n";
    printRow("layers", std::to_string(c.layers) + " (the first " +
                           std::to_string(c.firstDenseLayers) + " dense)");
    printRow("hidden size", std::to_string(c.hiddenSize));
    printRow("attention heads", std::to_string(c.heads) + " on " + std::to_string(c.keyValueHeads) +
                                    " key/value heads of size " + std::to_string(c.headSize));
    printRow("routed experts", std::to_string(c.routedExperts) + ", " +
                                   std::to_string(c.expertsPerToken) + " active per token, width " +
                                   std::to_string(c.expertWidth));
    printRow("shared experts", std::to_string(c.sharedExperts));
    printRow("dense width", std::to_string(c.denseWidth));
    printRow("vocabulary", std::to_string(c.vocabSize));
    printRow("context", std::to_string(c.maxPositions) + " tokens");
    printRow("parameters", grouped(c.parameters()));
    printRow("active per token", grouped(c.activeParametersPerToken()));
}

std::string formatOf(const StoredTensor& stored) {
    std::string text(name(stored.type));
    if (!stored.absmaxCode.empty()) text += ", double";  // scales that are quantised themselves
    return text;
}

std::string bits(std::uint64_t bytes, std::int64_t weights) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(2)
         << static_cast<double>(bytes) * 8 / static_cast<double>(weights);
    return text.str();
}

void printTensors(const Checkpoint& checkpoint, const ModelConfig& config, bool each) {
    struct Sum {
        std::int64_t tensors = 0;
        std::int64_t weights = 0;
        std::uint64_t bytes = 0;
    };
    std::map<std::string, Sum> byFormat;
    Sum all;
    if (each) std::cout << "\nTensors\n";
    for (const TensorSpec& spec : tensorTable(config)) {
        const auto stored = findStored(checkpoint, spec);
        if (!stored) continue;  // checkTensors() came first
        const std::string format = formatOf(*stored);
        const std::uint64_t bytes = weightBytes(spec, stored->type, !stored->absmaxCode.empty());
        for (Sum* sum : {&byFormat[format], &all}) {
            ++sum->tensors;
            sum->weights += spec.rows * spec.cols;
            sum->bytes += bytes;
        }
        if (!each) continue;
        std::cout << "  " << std::left << std::setw(58) << spec.name << std::setw(12) << format
                  << shapeText(spec.shape()) << '\n';
    }
    std::cout << "\nStored as\n";
    for (const auto& [format, sum] : byFormat) {
        printRow(format.c_str(), grouped(sum.tensors) + " tensors, " + bytesInWords(sum.bytes) +
                                     ", " + bits(sum.bytes, sum.weights) + " bits per weight");
    }
    printRow("together",
             bytesInWords(all.bytes) + ", " + bits(all.bytes, all.weights) + " bits per weight");
}

const char* inWords(MemoryVerdict verdict) {
    switch (verdict) {
        case MemoryVerdict::Fits:
            return "fits";
        case MemoryVerdict::MayBeSlow:
            return "may be slow";
        case MemoryVerdict::WontFit:
            break;
    }
    return "won't fit";
}

void printPlan(const MemoryPlan& plan, const MachineMemory& machine) {
    printRow("weights", bytesInWords(plan.weightBytes));
    printRow("key/value cache", bytesInWords(plan.cacheBytes));
    printRow("workspace", bytesInWords(plan.workspaceBytes));
    printRow("together", bytesInWords(plan.totalBytes()) + ", " + inWords(judge(plan, machine)));
}

void printPresets(const ModelConfig& config, std::int64_t context, KvType kv,
                  const MachineMemory& machine) {
    std::cout << "\nThe same in each preset";
    if (machine.isKnown()) {
        std::cout << ", on this computer of " << bytesInWords(machine.totalBytes) << ", "
                  << bytesInWords(machine.availableBytes) << " of it available";
    }
    std::cout << '\n';
    for (const Preset preset : kPresets) {
        const MemoryPlan plan = planMemory(config, presetBytes(config, preset), context, kv);
        printRow(std::string(name(preset)).c_str(),
                 bytesInWords(plan.weightBytes) + " of weights, " +
                     bytesInWords(plan.totalBytes()) + " together, " +
                     inWords(judge(plan, machine)));
    }
}

}  // namespace

int inspect(const InspectOptions& options) {
    const Result<std::filesystem::path> folder = modelFolder(options.model);
    if (!folder) return fail(folder.error());
    const Result<ModelConfig> config = readConfig(*folder);
    if (!config) return fail(config.error());
    const auto checkpoint = Checkpoint::open(*folder);
    if (!checkpoint) return fail(checkpoint.error());
    if (const auto checked = checkTensors(*checkpoint, *config); !checked) {
        return fail(checked.error());
    }
    printArchitecture(*config);
    if (config->quantization && !config->quantization->preset.empty()) {
        printRow("preset", config->quantization->preset);
    }
    printTensors(*checkpoint, *config, options.tensors);

    const MachineMemory machine = readMachineMemory();
    const std::int64_t context = positionsToReserve(*config, 0);
    std::cout << "\nMemory to run it with a context of " << context << " tokens in "
              << name(options.kv) << '\n';
    printPlan(planMemory(*config, weightBytesInMemory(*checkpoint), context, options.kv), machine);
    printPresets(*config, context, options.kv, machine);
    return kOk;
}

}  // namespace dsm::cli
