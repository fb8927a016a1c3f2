#include "app/services/texts/short_name.h"

namespace dsm {

QString shortName(const QString& name, qsizetype most) {
    if (name.size() <= most) return name;
    const qsizetype end = most - 1;
    return name.left(name[end - 1].isHighSurrogate() ? end - 1 : end) + u'…';
}

}  // namespace dsm
