// A name where there is room for a part of it.
#pragma once

#include <QString>

namespace dsm {

// At most `most` UTF-16 units, at least 2; what is longer ends in dots, and no character is cut.
QString shortName(const QString& name, qsizetype most);

}  // namespace dsm
