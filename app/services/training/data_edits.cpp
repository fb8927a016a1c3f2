// Rows as their file holds them, and what a person makes of them.
#include <QFileInfo>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "app/services/training/data_reading.h"
#include "engine/format/json_file.h"
#include "engine/train/data/open_rows.h"
#include "engine/train/data/row_edits.h"

namespace dsm {
namespace {

using nlohmann::json;

struct FoundRow {
    std::string text;
    Result<json> columns = json();  // or why they cannot be read
};

using FoundRows = std::map<std::int64_t, FoundRow>;

// Reads the file up to the last of the rows, or to where it cannot be read.
Result<FoundRows> findRows(const RowFile& file, const std::set<std::int64_t>& wanted) {
    FoundRows found;
    std::stop_source enough;
    const auto scanned = file.scan(
        [&](const RawRow& row, double) {
            if (!wanted.contains(row.line)) return;
            FoundRow one{std::string(row.text), failure(ErrorCode::Malformed, row.problem)};
            if (row.problem.empty()) one.columns = file.parse(row.text);
            found.insert_or_assign(row.line, std::move(one));
            if (found.size() == wanted.size()) enough.request_stop();
        },
        enough.get_token());
    if (!scanned && found.empty()) return tl::unexpected(scanned.error());
    return found;
}

Result<FoundRow> findRow(const std::filesystem::path& path, qint64 number) {
    const auto file = openRows(path);
    if (!file) return tl::unexpected(file.error());
    auto found = findRows(**file, {number});
    if (!found) return tl::unexpected(found.error());
    if (!found->empty()) return std::move(found->begin()->second);
    return failure(ErrorCode::NotFound, path.string() + " has changed: there is no " +
                                            (*file)->unit() + ' ' + std::to_string(number) +
                                            " any more.");
}

QList<DataSource::Column> columnsIn(const json& row) {
    QList<DataSource::Column> columns;
    for (const auto& [name, value] : row.items()) {
        const bool isText = value.is_string();
        const std::string text = isText ? value.get<std::string>() : value.dump(2);
        columns.append({QString::fromStdString(name), QString::fromStdString(text), isText});
    }
    return columns;
}

// In a line.
QString shortText(const json& row) {
    constexpr int kMostLetters = 200;
    QStringList values;
    for (const DataSource::Column& column : columnsIn(row))
        values.append(column.value.left(kMostLetters).simplified());
    return values.join(QStringLiteral(" · ")).left(kMostLetters);
}

Result<json> rowFrom(const QList<DataSource::Column>& columns) {
    json row = json::object();
    for (const DataSource::Column& column : columns) {
        const std::string name = column.name.toStdString();
        const std::string value = column.value.toStdString();
        if (column.isText) {
            row[name] = value;
            continue;
        }
        auto parsed = parseJson(value, name);
        if (!parsed) return parsed;
        row[name] = std::move(*parsed);
    }
    return row;
}

Result<void> keep(const DataSource& source) {
    const std::filesystem::path path = source.file.toStdString();
    const auto found = findRow(path, source.number);
    if (!found) return tl::unexpected(found.error());
    auto edits = RowEdits::load(path);
    if (!edits) return tl::unexpected(edits.error());
    if (source.columns.isEmpty()) {
        edits->leaveOut(source.number, found->text);
        return edits->save();
    }
    auto row = rowFrom(source.columns);
    if (!row) return tl::unexpected(row.error());
    // What is as the file has it is no edit.
    if (found->columns && *found->columns == *row) {
        edits->takeBack(source.number);
    } else {
        edits->replace(source.number, found->text, std::move(*row));
    }
    return edits->save();
}

QString messageOf(const Result<void>& done) {
    return done ? QString() : QString::fromStdString(done.error().message);
}

QString textOf(const FoundRow& row) {
    return row.columns ? shortText(*row.columns) : QString::fromStdString(row.text).simplified();
}

void addChanges(const QString& path, const RowEdits& edits, QList<DataChange>& changes) {
    std::set<std::int64_t> leftOut;
    for (const auto& [line, edit] : edits.rows()) {
        if (edit.isLeftOut()) leftOut.insert(line);
    }
    const auto file = openRows(path.toStdString());
    Result<FoundRows> rows = FoundRows();
    if (file && !leftOut.empty()) rows = findRows(**file, leftOut);
    const bool isRow = file && (*file)->layout().format == RowFormat::Parquet;
    for (const auto& [line, edit] : edits.rows()) {
        QString text;
        if (!edit.isLeftOut()) {
            text = shortText(edit.row);
        } else if (rows && rows->contains(line)) {
            text = textOf(rows->at(line));
        }
        changes.append({path, {QFileInfo(path).fileName(), isRow, line}, edit.isLeftOut(), text});
    }
}

}  // namespace

DataSource sourceOf(const StudiedData& data, const DataRequest& request, qint64 index) {
    DataSource source;
    if (!data.dataset || index < 0 || index >= data.dataset->size()) return source;
    const RowPlace place = data.dataset->place(index);
    source.file = request.files.at(static_cast<qsizetype>(place.file));
    source.number = place.line;
    const std::filesystem::path path = source.file.toStdString();
    const auto edits = RowEdits::load(path);
    const RowEdits::Edit* edit = edits && request.appliesEdits ? edits->find(place.line) : nullptr;
    if (edit != nullptr) {
        source.columns = columnsIn(edit->row);
        return source;
    }
    const auto found = findRow(path, place.line);
    if (!found) source.error = QString::fromStdString(found.error().message);
    if (found && !found->columns)
        source.error = QString::fromStdString(found->columns.error().message);
    if (source.error.isEmpty()) source.columns = columnsIn(*found->columns);
    return source;
}

QString keepEdit(const DataSource& source) {
    return messageOf(keep(source));
}

QList<DataChange> changesOf(const QStringList& files) {
    QList<DataChange> changes;
    for (const QString& path : files) {
        const auto edits = RowEdits::load(path.toStdString());
        if (edits && !edits->rows().empty()) addChanges(path, *edits, changes);
    }
    return changes;
}

bool haveEdits(const QStringList& files) {
    return std::any_of(files.begin(), files.end(), [](const QString& file) {
        return QFileInfo::exists(
            QString::fromStdString(RowEdits::pathFor(file.toStdString()).string()));
    });
}

QString takeBack(const QString& file, qint64 number) {
    auto edits = RowEdits::load(file.toStdString());
    if (!edits) return QString::fromStdString(edits.error().message);
    edits->takeBack(number);
    return messageOf(edits->save());
}

QString removeEdits(const QStringList& files) {
    for (const QString& file : files) {
        auto edits = RowEdits::load(file.toStdString());
        if (!edits) return QString::fromStdString(edits.error().message);
        if (edits->rows().empty()) continue;
        const auto lines = edits->rows();
        for (const auto& [line, edit] : lines)
            edits->takeBack(line);
        if (const auto saved = edits->save(); !saved) return messageOf(saved);
    }
    return {};
}

}  // namespace dsm
