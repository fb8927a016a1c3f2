// Several contexts of a model, and one pass over them.
#include <array>
#include <cstring>
#include <new>

#include "engine/model/model.h"
#include "engine/model/pass/memory_fit.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/check.h"
#include "kernels/base/reason.h"

namespace dsm {

Result<KvCache> Model::makeCache(std::int64_t positions) {
    const std::uint64_t bytes = KvCache::plannedBytes(config_, positions, cache_.type());
    const std::string what = "another context of " + std::to_string(positions) + " tokens";
    if (gpu_) {
        gpu_->session().use();
        auto memory = gpu_->session().allocate(bytes, what);
        if (!memory) return tl::unexpected(memory.error());
        gpu_->session().clear(memory->get(), bytes);
        return KvCache(config_, positions, cache_.type(), std::move(*memory));
    }
    const MachineMemory machine = machine_ ? *machine_ : readMachineMemory();
    const auto refused = [&] {
        return dsm::failure(
            ErrorCode::OutOfMemory, ReasonCode::NoMemoryForAnswers,
            {std::to_string(positions), bytesInWords(bytes), bytesInWords(machine.availableBytes)});
    };
    if (machine.isKnown() && bytes > machine.availableBytes) return refused();
    try {
        return KvCache(config_, positions, cache_.type());
    } catch (const std::bad_alloc&) {
        return refused();
    }
}

void Model::copyContext(const KvCache& from, std::int64_t positions, KvCache& to) {
    if (!gpu_) {
        return to.takeFrom(from, positions,
                           [](std::byte* into, const std::byte* piece, std::int64_t bytes) {
                               std::memcpy(into, piece, static_cast<std::size_t>(bytes));
                           });
    }
    GpuSession& session = gpu_->session();
    session.use();
    to.takeFrom(from, positions, [&](std::byte* into, const std::byte* piece, std::int64_t bytes) {
        session.copyOnGpu(into, piece, static_cast<std::uint64_t>(bytes));
    });
}

std::size_t Model::passTogether(std::span<const ContextTokens> contexts, std::int64_t& row,
                                const std::stop_token& stop) {
    std::array<ForwardPart, static_cast<std::size_t>(kMostRuns)> parts;
    std::size_t count = 0;
    std::int64_t tokens = 0;
    std::int64_t rows = 0;
    for (; count < std::min(contexts.size(), parts.size()); ++count) {
        const ContextTokens& context = contexts[count];
        const auto own = static_cast<std::int64_t>(context.ids.size());
        DSM_CHECK(own > 0 && own <= workspace_.maximumTokens());
        if (tokens + own > workspace_.maximumTokens()) break;
        parts[count] = {.cache = context.cache != nullptr ? context.cache : &cache_,
                        .tokens = own,
                        .logitRows = context.logitRows};
        std::copy(context.ids.begin(), context.ids.end(), ids_.data() + tokens);
        tokens += own;
        rows += context.logitRows;
    }
    DSM_CHECK(row + rows <= kLogitsRows);
    const PassInputs inputs{
        .parts = std::span(parts).first(count),
        .ids = ids_.span().first(static_cast<std::size_t>(tokens)),
        .logits = {logits_.data() + row * config_.vocabSize, rows, config_.vocabSize}};
    row += rows;
    return pass(inputs, stop) ? count : 0;
}

std::optional<Matrix<float>> Model::readTogether(std::span<const ContextTokens> contexts,
                                                 const std::stop_token& stop) {
    std::int64_t rows = 0;
    while (!contexts.empty()) {
        const std::size_t done = passTogether(contexts, rows, stop);
        if (done == 0) return std::nullopt;
        contexts = contexts.subspan(done);
    }
    if (passRead_) passRead_(cache_.size());
    return Matrix<float>{logits_.data(), rows, config_.vocabSize};
}

}  // namespace dsm
