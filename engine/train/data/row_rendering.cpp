#include "engine/train/data/row_rendering.h"

#include <algorithm>
#include <new>
#include <utility>

namespace dsm {
namespace {

std::optional<WordSketch> sketchOf(const Example& example) {
    Sketcher sketcher;
    for (const Turn& message : example.messages)
        sketcher.add(message.content);
    sketcher.add(example.text);
    return sketcher.finish();
}

}  // namespace

RowRenderer::RowRenderer(const TextDatasetOptions& options, const Tokenizer& tokenizer)
    : options_(options), tokenizer_(tokenizer) {
    for (const TokenId id : {tokenizer.bosId(), tokenizer.eosId()}) {
        if (id >= 0) specialNames_.push_back(tokenizer.tokenText(id));
    }
}

bool RowRenderer::spellsSpecial(const Example& example) const {
    const auto spells = [&](const std::string& text) {
        return std::any_of(
            specialNames_.begin(), specialNames_.end(),
            [&](const std::string& name) { return text.find(name) != std::string::npos; });
    };
    return spells(example.text) ||
           std::any_of(example.messages.begin(), example.messages.end(),
                       [&](const Turn& message) { return spells(message.content); });
}

void RowRenderer::render(RenderedRow& row, const RowFile& file) const {
    if (!row.problem.empty()) return;
    try {
        const auto columns =
            row.edited ? Result<nlohmann::json>(std::move(*row.edited)) : file.parse(row.text);
        if (!columns) {
            row.problem = reasonOf(columns.error());
            return;
        }
        for (const auto& [field, column] : options_.columns) {
            if (columns->contains(column)) row.mappedColumns.push_back(column);
        }
        auto example = readExample(*columns, options_.columns, options_.history);
        if (!example) {
            row.problem = reasonOf(example.error());
            return;
        }
        addSystemText(options_.systemText, *example);
        auto rendered =
            renderSample(*example, options_.sampleTemplate, tokenizer_, options_.maximumTokens);
        row.trainsNothing = !rendered && rendered.error().code == ErrorCode::NotFound;
        if (!rendered) row.problem = reasonOf(rendered.error());
        if (rendered) row.rendered = std::move(*rendered);
        if (rendered && options_.findsNear) row.sketch = sketchOf(*example);
        row.spellsSpecial = spellsSpecial(*example);
        row.hasHistory = example->hasHistory;
        row.unusedColumns = std::move(example->unusedColumns);
    } catch (const std::bad_alloc&) {
        row.problem = ReasonCode::RowNoMemory;
    }
}

}  // namespace dsm
