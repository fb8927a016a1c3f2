// How downloads, sources and the catalogue are worded for the reader.
//
// Threads  Main thread (translations).
#pragma once

#include <QString>

#include "app/services/downloads/catalogue.h"
#include "app/services/downloads/download_types.h"
#include "app/services/library/model_library.h"

namespace dsm {

QString presentTitle(const DownloadRequest& request);  // the catalogue's, else the repository
QString presentSource(const Source& source);
// What it does, with bytes, speed and time left while it runs; of a failure what to do.
QString presentDownload(const DownloadInfo& download);
// As a table in HTML.
QString presentBenchmarks(const CatalogueEntry& entry);
// Its name, and a link to read it, in HTML.
QString presentLicence(const Licence& licence);

// What a model takes of the disk, and what is there.
struct DiskNeed {
    quint64 downloadBytes = 0;    // that have not arrived
    quint64 conversionBytes = 0;  // of the form that suits this computer; 0: none but the download
    QString preset = {};          // of it
    DiskSpace space = {};

    bool isEnough() const { return missingBytes() == 0; }
    quint64 missingBytes() const;
};
QString presentNeed(const DiskNeed& need);

bool isUnderWay(const DownloadInfo& download);

// What the settings remember of a source, and back.
QString nameOfSource(const Source& source);
Source sourceNamed(const QString& name);

// The form a person wants to chat with: the smallest that is there and not too large. Null: none.
const ModelForm* formToRun(const LibraryModel& model);
// The form worth converting to: the most exact one that fits better than what is there. Null: none.
const ModelForm* formToMake(const LibraryModel& model);

}  // namespace dsm
