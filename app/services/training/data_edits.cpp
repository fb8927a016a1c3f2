// Rows as their file holds them, and what a person makes of them.
#include <optional>
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

// Reads the file up to the row.
Result<FoundRow> findRow(const std::filesystem::path& path, qint64 number) {
    const auto file = openRows(path);
    if (!file) return tl::unexpected(file.error());
    std::optional<FoundRow> found;
    std::stop_source enough;
    const auto scanned = (*file)->scan(
        [&](const RawRow& row, double) {
            if (row.line != number || found) return;
            found.emplace();
            found->text = row.text;
            found->columns = row.problem.empty()
                                 ? (*file)->parse(row.text)
                                 : Result<json>(failure(ErrorCode::Malformed, row.problem));
            enough.request_stop();
        },
        enough.get_token());
    if (found) return std::move(*found);
    if (!scanned) return tl::unexpected(scanned.error());
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
