// The conversions that are remembered, in one small file that is replaced as a whole.
//
// For conversion_service.cpp only.
//
// Errors  A file that cannot be read is an empty list; one that cannot be written is logged.
#pragma once

#include <QList>
#include <QString>

#include "app/services/library/conversion_types.h"

namespace dsm {

// Of results in this folder only: others were not made here and must not be deleted from here.
// Finished ones whose folder is gone have left. Ids count from 1.
QList<Conversion> loadConversions(const QString& file, const QString& modelsFolder);
void saveConversions(const QString& file, const QList<Conversion>& conversions);

}  // namespace dsm
