// The catalogue: the models this program is made for, as data.
//
// Any other repository of the same architecture can be downloaded by its name; it has no entry.
//
// Source   The model repositories' README (sizes, benchmarks) and DeepSeekMoE (arXiv 2401.06066).
// Threads  Any. Sentences are in the language of the moment.
#pragma once

#include <QList>
#include <QString>
#include <optional>

namespace dsm {

struct CatalogueFile {
    QString path = {};
    qint64 sizeBytes = 0;  // about
};

struct BenchmarkRow {
    QString name = {};
    double score = 0;
    double otherScore = 0;  // of CatalogueEntry::comparedWith
};

struct Licence {
    QString name = {};     // what DownloadService::acceptLicence() takes
    QString summary = {};  // for people, translated
    QString codeUrl = {};
    QString modelUrl = {};
};

struct CatalogueEntry {
    QString repository = {};
    QString title = {};
    QString purpose = {};  // what it is good for, translated
    bool isChat = false;
    QList<CatalogueFile> files = {};
    Licence licence = {};
    QString comparedWith = {};  // the other model of the benchmark table
    QList<BenchmarkRow> benchmarks = {};

    qint64 sizeBytes() const;
};

// Chat first: it is what most people want.
QList<CatalogueEntry> catalogue();
// Nothing for a repository without an entry.
std::optional<CatalogueEntry> findInCatalogue(const QString& repository);

}  // namespace dsm
