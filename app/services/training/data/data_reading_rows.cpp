// Rows of a data set as conversations.
#include <algorithm>

#include "app/services/training/data/data_reading.h"
#include "engine/train/data/sample_turns.h"

namespace dsm {
namespace {

QList<DataTurn> shownTurns(const std::vector<SampleTurn>& turns) {
    QList<DataTurn> shown;
    for (const SampleTurn& turn : turns) {
        DataTurn one{static_cast<DataTurn::Speaker>(turn.speaker), {}};
        for (const SampleTurn::Part& part : turn.parts)
            one.parts.append(
                {QString::fromStdString(part.text), part.isTrained, part.isCut, part.isToken});
        shown.append(std::move(one));
    }
    return shown;
}

}  // namespace

QString promptOf(const StudiedData& data, const TrainingSample& sample) {
    const auto whole = static_cast<std::int64_t>(sample.ids.size());
    for (const SampleTurn& turn : turnsOf(sample, data.sampleTemplate, *data.tokenizer, whole)) {
        if (turn.speaker != SampleTurn::Speaker::User || turn.parts.empty()) continue;
        const QString text = QString::fromStdString(turn.parts.front().text).trimmed();
        return text.contains(u'\n') ? QString() : text;
    }
    return {};
}

QList<DataRow> rowsOf(const StudiedData& data, qint64 first, int count, qint64 maximumTokens) {
    QList<DataRow> rows;
    if (!data.dataset) return rows;
    const DatasetReport& report = data.dataset->report();
    const qint64 end = std::min<qint64>(first + count, data.dataset->size());
    for (qint64 i = std::max<qint64>(first, 0); i < end; ++i) {
        const auto sample = data.dataset->sample(i);
        if (!sample) break;  // its file has no room any more; the next study says so
        const RowPlace place = data.dataset->place(i);
        const ReportedFile& file = report.files.at(place.file);
        DataRow row;
        row.index = i;
        row.place = {QString::fromStdString(file.name), file.unit == "row", place.line};
        row.tokens = static_cast<qint64>(sample->ids.size());
        row.turns =
            shownTurns(turnsOf(*sample, data.sampleTemplate, *data.tokenizer, maximumTokens));
        rows.append(std::move(row));
    }
    return rows;
}

}  // namespace dsm
