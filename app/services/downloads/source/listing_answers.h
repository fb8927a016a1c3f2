// What sources answer, as lists of files and places of files.
//
// Source  The Hub's documentation and its Python client; ModelScope's Python client.
// Threads Plain functions.
// Errors  WrongAnswer: not what was asked for; of a redirect those of redirectTarget().
#pragma once

#include "app/services/downloads/source/http_client.h"
#include "app/services/downloads/source/repository.h"
#include "app/services/downloads/source/repository_api.h"

namespace dsm {

// One page of the Hub's list.
DownloadResult<QList<RepoFile>> filesOfHubPage(const HttpAnswer& answer);
// Where the next page is; empty after the last. One that leads away from the `endpoint`, or is no
// address, is WrongAnswer.
DownloadResult<QUrl> nextHubPage(const HttpAnswer& answer, const QUrl& endpoint);
// Of a HEAD on a file of the Hub.
DownloadResult<FileLocation> hubLocation(const HttpAnswer& answer);

// ModelScope's whole list, with a commit of its own (commitOfFiles).
DownloadResult<RepoListing> modelScopeListing(const HttpAnswer& answer);

}  // namespace dsm
