#include "engine/model/device/device_adapter.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "engine/model/pass/memory_fit.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/op_context.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

constexpr std::uint64_t kLeftForTheDriver = 64'000'000;

std::string_view moduleOf(const TensorSpec& spec) {
    constexpr std::string_view kWeight = ".weight";
    return std::string_view(spec.name).substr(0, spec.name.size() - kWeight.size());
}

template <class Module>
std::unordered_map<std::string_view, const Module*> byName(const std::vector<Module>& modules) {
    std::unordered_map<std::string_view, const Module*> all;
    for (const Module& module : modules)
        all.emplace(module.name, &module);
    return all;
}

template <class Module>
const Module* find(const std::unordered_map<std::string_view, const Module*>& modules,
                   const TensorSpec& spec) {
    const auto found = modules.find(moduleOf(spec));
    return found == modules.end() ? nullptr : found->second;
}

// Matrices of gated units have one type on a GPU.
bool isGatedUnit(TensorKind kind) {
    switch (kind) {
        case TensorKind::DenseGate:
        case TensorKind::DenseUp:
        case TensorKind::DenseDown:
        case TensorKind::ExpertGate:
        case TensorKind::ExpertUp:
        case TensorKind::ExpertDown:
        case TensorKind::SharedGate:
        case TensorKind::SharedUp:
        case TensorKind::SharedDown:
            return true;
        default:
            return false;
    }
}

std::uint64_t bytesOf(std::int64_t numbers) {
    return onDeviceBoundary(static_cast<std::uint64_t>(numbers) * sizeof(float));
}

}  // namespace

std::vector<float> DeviceAdapter::Group::numbersOfA() const {
    std::vector<float> numbers(static_cast<std::size_t>(aNumbers()));
    for (std::size_t e = 0; e < modules.size(); ++e) {
        if (modules[e] == nullptr) continue;
        const auto first = static_cast<std::ptrdiff_t>(e) * rank * cols();
        std::copy(modules[e]->a.begin(), modules[e]->a.end(), numbers.begin() + first);
    }
    return numbers;
}

std::vector<float> DeviceAdapter::Group::numbersOfB() const {
    std::vector<float> numbers(static_cast<std::size_t>(bNumbers()));
    for (std::size_t e = 0; e < modules.size(); ++e) {
        if (modules[e] == nullptr) continue;
        const LoraModule& module = *modules[e];
        const float share = module.scaling == scaling ? 1.0F : module.scaling / scaling;
        float* to = numbers.data() + static_cast<std::ptrdiff_t>(e) * rows() * rank;
        for (std::int64_t r = 0; r < rows(); ++r) {
            const float* from = module.b.data() + r * module.rank;
            std::transform(from, from + module.rank, to + r * rank,
                           [share](float number) { return share * number; });
        }
    }
    return numbers;
}

Result<void> DeviceAdapter::collect(const LoraAdapter& adapter, const ModelConfig& config,
                                    const DevicePlan& plan) {
    const auto modules = byName(adapter.modules);
    const auto saved = byName(adapter.savedModules);
    for (const TensorSpec& spec : tensorTable(config)) {
        if (spec.expert >= 0 && spec.layer >= firstHostLayer(config, plan)) continue;
        if (const SavedModule* module = find(saved, spec); module != nullptr) {
            if (isGatedUnit(spec.kind)) {
                return failure(ErrorCode::Unsupported, ReasonCode::AdapterModuleNotOnGpu,
                               {module->name});
            }
            whole_.push_back({.spec = spec, .module = module});
        }
        // Experts of one matrix follow each other, from 0 on, whatever stands between them.
        const LoraModule* module = find(modules, spec);
        const auto isSame = [&](const Group& group) {
            return spec.expert > 0 && group.specs.front().kind == spec.kind &&
                   group.specs.front().layer == spec.layer;
        };
        auto group = std::find_if(groups_.rbegin(), groups_.rend(), isSame);
        Group& of = group == groups_.rend() ? groups_.emplace_back() : *group;
        of.specs.push_back(spec);
        of.modules.push_back(module);
        if (module == nullptr) continue;
        of.rank = std::max(of.rank, module->rank);
        if (std::abs(module->scaling) > std::abs(of.scaling)) of.scaling = module->scaling;
    }
    std::erase_if(groups_, [](const Group& group) { return group.rank == 0; });
    return {};
}

Result<void> DeviceAdapter::allocate(const Place& place) {
    std::int64_t mostRank = 0;
    for (const Group& group : groups_) {
        bytes_ += bytesOf(group.aNumbers()) + bytesOf(group.bNumbers());
        mostRank = std::max(mostRank, group.rank);
    }
    for (const Whole& one : whole_)
        bytes_ += bytesOf(one.spec.rows * one.spec.cols);
    const std::int64_t working =
        mostRank == 0
            ? 0
            : lowRankNumbers(place.plan.microBatchTokens, place.config.expertsPerToken, mostRank);
    bytes_ += bytesOf(working);
    const auto free = place.gpu.freeBytes();
    if (!free) return tl::unexpected(free.error());
    if (bytes_ + kLeftForTheDriver > *free) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::AdapterNeedsGpuMemory,
                       {bytesInWords(bytes_), bytesInWords(*free)});
    }
    auto memory = place.gpu.allocate(bytes_, "the adapter");
    if (!memory) return tl::unexpected(memory.error());
    memory_ = std::move(*memory);
    std::byte* next = memory_.get();
    const auto take = [&next](std::int64_t numbers) {
        auto* here = reinterpret_cast<float*>(next);
        next += bytesOf(numbers);
        return here;
    };
    for (Group& group : groups_) {
        group.a = take(group.aNumbers());
        group.b = take(group.bNumbers());
    }
    for (Whole& one : whole_)
        one.data = take(one.spec.rows * one.spec.cols);
    working_ = {take(working), static_cast<std::size_t>(working)};
    return {};
}

Result<void> DeviceAdapter::bring(const Place& place) {
    const auto put = [&](float* to, std::span<const float> numbers) {
        return place.transfer.put(reinterpret_cast<std::byte*>(to), std::as_bytes(numbers), {});
    };
    for (const Group& group : groups_) {
        if (auto done = put(group.a, group.numbersOfA()); !done) return done;
        if (auto done = put(group.b, group.numbersOfB()); !done) return done;
    }
    for (Whole& one : whole_) {
        if (auto done = put(one.data, one.module->weight); !done) return done;
        one.module = nullptr;
    }
    for (Group& group : groups_)
        group.modules.clear();
    return place.gpu.finish();
}

Result<std::unique_ptr<DeviceAdapter>> DeviceAdapter::make(const LoraAdapter& adapter,
                                                           const Place& place) {
    std::unique_ptr<DeviceAdapter> made(new DeviceAdapter);
    Result<void> done = made->collect(adapter, place.config, place.plan);
    if (done) done = made->allocate(place);
    if (done) done = made->bring(place);
    if (!done) return tl::unexpected(done.error());
    return made;
}

void DeviceAdapter::pointTo(Weights& weights, float scale) {
    views_.clear();
    for (const Group& group : groups_) {
        for (std::int64_t e = 0; e < group.count(); ++e) {
            const LowRank& view = views_.emplace_back(
                LowRank{.a = {group.a + e * group.rank * group.cols(), group.rank, group.cols()},
                        .b = {group.b + e * group.rows() * group.rank, group.rows(), group.rank},
                        .scaling = group.scaling * scale});
            weights.slot(group.specs[static_cast<std::size_t>(e)]).lowRank = &view;
        }
    }
    for (const Whole& one : whole_)
        weights.slot(one.spec).data = one.data;
}

}  // namespace dsm
