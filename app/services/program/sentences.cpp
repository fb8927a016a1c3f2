#include "app/services/program/sentences.h"

namespace dsm {

QString inARow(const QStringList& sentences) {
    static const QString kWideStops = QStringLiteral("。！？；：");
    QString all;
    for (const QString& sentence : sentences) {
        if (sentence.isEmpty()) continue;
        if (!all.isEmpty() && !kWideStops.contains(all.back())) all += u' ';
        all += sentence;
    }
    return all;
}

}  // namespace dsm
