#include "engine/train/run/evaluated_rows.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/train/run/json_document.h"

namespace dsm {
namespace {

const char* nameOf(SampleTurn::Speaker speaker) {
    switch (speaker) {
        case SampleTurn::Speaker::System:
            return "system";
        case SampleTurn::Speaker::User:
            return "user";
        case SampleTurn::Speaker::Assistant:
            return "assistant";
        case SampleTurn::Speaker::Text:
            break;
    }
    return "text";
}

nlohmann::json turnJson(const SampleTurn& turn) {
    nlohmann::json parts = nlohmann::json::array();
    for (const SampleTurn::Part& part : turn.parts) {
        nlohmann::json one{{"text", part.text}};
        if (part.isTrained) one["trained"] = true;
        if (part.isToken) one["token"] = true;
        parts.push_back(std::move(one));
    }
    return {{"speaker", nameOf(turn.speaker)}, {"parts", std::move(parts)}};
}

nlohmann::json listJson(const std::vector<EvaluatedRow>& rows) {
    nlohmann::json list = nlohmann::json::array();
    for (const EvaluatedRow& row : rows) {
        nlohmann::json turns = nlohmann::json::array();
        for (const SampleTurn& turn : row.turns)
            turns.push_back(turnJson(turn));
        list.push_back({{"file", row.file.name},
                        {"unit", row.file.unit},
                        {"number", row.number},
                        {"loss", row.loss},
                        {"trained_tokens", row.labels},
                        {"turns", std::move(turns)}});
    }
    return list;
}

void addRow(const SampleLoss& loss, const EvaluatedData& from, std::vector<EvaluatedRow>& rows) {
    const std::int64_t i = from.place(loss.sample);
    const auto sample = from.data.sample(i);
    if (!sample) return;
    const RowPlace place = from.data.place(i);
    rows.push_back({.file = from.data.report().files.at(place.file),
                    .number = place.line,
                    .loss = loss.mean(),
                    .labels = loss.labels,
                    .turns = turnsOf(*sample, from.sampleTemplate, from.tokenizer,
                                     std::numeric_limits<std::int64_t>::max())});
}

}  // namespace

EvaluatedRows bestAndWorst(std::span<const SampleLoss> losses, const EvaluatedData& from) {
    EvaluatedRows rows;
    rows.rows = static_cast<std::int64_t>(losses.size());
    if (losses.empty()) return rows;
    double sum = 0;
    std::int64_t labels = 0;
    std::vector<const SampleLoss*> order;
    for (const SampleLoss& one : losses) {
        sum += one.loss;
        labels += one.labels;
        order.push_back(&one);
    }
    rows.loss = sum / static_cast<double>(labels);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto* a, const auto* b) { return a->mean() < b->mean(); });
    const std::size_t worst = std::min(EvaluatedRows::kShown, (order.size() + 1) / 2);
    const std::size_t best = std::min(EvaluatedRows::kShown, order.size() - worst);
    for (std::size_t i = 0; i < best; ++i)
        addRow(*order[i], from, rows.best);
    for (std::size_t i = 0; i < worst; ++i)
        addRow(*order[order.size() - 1 - i], from, rows.worst);
    return rows;
}

nlohmann::json rowsJson(const EvaluatedRows& rows) {
    return {{"best", listJson(rows.best)}, {"worst", listJson(rows.worst)}};
}

Result<void> writeEvaluatedRows(const std::filesystem::path& folder, const EvaluatedRows& rows) {
    nlohmann::json document = rowsJson(rows);
    document["step"] = rows.step;
    document["rows"] = rows.rows;
    document["loss"] = rows.loss;
    return writeDocument(folder / kEvaluatedRowsName, document);
}

}  // namespace dsm
