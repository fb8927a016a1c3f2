// What a cancelled download leaves, taken away: its parts, the blobs it wrote and never finished,
// the links to them, and folders that are empty then.
//
// Parts are the program's own by their name; one that another program holds is left. A complete
// model is deleted by the library, which asks.
//
// Threads  Any; touches the disk.
#pragma once

#include <QStringList>

#include "app/services/downloads/hub_cache.h"

namespace dsm {

void removeCancelledFiles(const HubCache& cache, const QString& repository,
                          const QStringList& written);

}  // namespace dsm
