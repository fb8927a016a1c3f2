#include "ui/widgets/verbatim.h"

namespace dsm {
namespace {

constexpr qsizetype kMostLetters = 60;

}  // namespace

QString verbatim(const QString& text) {
    QString line = text.simplified();
    if (line.size() > kMostLetters) {
        constexpr qsizetype kHalf = kMostLetters / 2;
        line = line.left(kHalf) + QChar(0x2026) + line.right(kHalf - 1);
    }
    return line.replace(QLatin1Char('&'), QLatin1String("&&"));
}

QString verbatimTitle(const QString& text) {
    QString title = text;
    return title.replace(QLatin1String("[*]"), QLatin1String("[*][*]"));
}

}  // namespace dsm
