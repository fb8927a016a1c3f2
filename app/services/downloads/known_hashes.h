// What is known of the files of a model's folder: the hashes they were published with.
//
//   <root>/models--<org>--<name>/snapshots/<commit>   blobs are named by their hashes
//   <folder>/.cache/huggingface/download/<path>.metadata
//                                                     commit, ETag, time: what the Hub's client
//                                                     leaves beside what it puts into a folder
//   any other                                         nothing is known
//
// A small file that was changed since (people edit config.json) has no known hash any more, as with
// the Hub's client; weights keep theirs.
//
// Threads  Any; reads entries and small files, never the weights.
#pragma once

#include "app/services/downloads/hub_cache.h"

namespace dsm {

// Of a folder that is no snapshot, repository and commit are "".
CachedSnapshot describeFolder(const QString& folder);

// The snapshot to take where a person chose a repository's folder of a cache: of its newest ref,
// else its only one. Any other folder is returned as it is.
QString snapshotToTake(const QString& folder);

}  // namespace dsm
