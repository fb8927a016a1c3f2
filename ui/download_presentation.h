// How downloads, sources and the catalogue are worded for the reader.
//
// Threads  Main thread (translations).
#pragma once

#include <QString>

#include "app/services/downloads/catalogue.h"
#include "app/services/downloads/download_types.h"
#include "app/services/model_library.h"

namespace dsm {

QString presentTitle(const DownloadRequest& request);  // the catalogue's, else the repository
QString presentSource(const Source& source);
// What it does, with bytes, speed and time left while it runs; of a failure what to do.
QString presentDownload(const DownloadInfo& download);
// As a table in HTML.
QString presentBenchmarks(const CatalogueEntry& entry);
// What it allows, and links to both licences, in HTML; once accepted the links alone.
QString presentLicence(const Licence& licence, bool isAccepted);

bool isUnderWay(const DownloadInfo& download);

// What the settings remember of a source, and back.
QString nameOfSource(const Source& source);
Source sourceNamed(const QString& name);

// The form a person wants to chat with: the smallest that is there and not too large. Null: none.
const ModelForm* formToRun(const LibraryModel& model);
// The form worth converting to: the most exact one that fits better than what is there. Null: none.
const ModelForm* formToMake(const LibraryModel& model);

}  // namespace dsm
