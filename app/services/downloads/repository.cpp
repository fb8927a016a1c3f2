#include "app/services/downloads/repository.h"

#include <QCryptographicHash>
#include <QHash>
#include <QRegularExpression>
#include <algorithm>

namespace dsm {
namespace {

constexpr int kMostComponentBytes = 255;

bool hasDrive(const QString& path) {
    return path.size() >= 2 && path[1] == u':' && path[0].isLetter();
}

bool isHidingCharacter(QChar c) {
    return c.category() == QChar::Other_Control || c.category() == QChar::Other_Format;
}

}  // namespace

bool isRepositoryName(const QString& name) {
    static const QRegularExpression pattern(
        QStringLiteral("\\A[A-Za-z0-9][\\w.-]{0,95}/[A-Za-z0-9][\\w.-]{0,95}\\z"));
    return pattern.match(name).hasMatch() && !name.contains(QLatin1String("..")) &&
           !name.contains(QLatin1String("--"));
}

std::optional<QString> whyUnsafePath(const QString& path) {
    const auto refused = [&] {
        QString shown = path.left(80);
        shown.replace(QChar(0), QChar(0x2400));
        return DownloadText::tr(
                   "The repository lists a file with the name %1, which is not "
                   "safe to write. Nothing was downloaded; use another source.")
            .arg(shown);
    };
    if (path.isEmpty() || path.startsWith(u'/') || path.contains(u'\\') || hasDrive(path))
        return refused();
    if (std::any_of(path.begin(), path.end(), isHidingCharacter)) return refused();
    for (const QString& part : path.split(u'/')) {
        if (part.isEmpty() || part == QLatin1String(".") || part == QLatin1String("..") ||
            part.toUtf8().size() > kMostComponentBytes || part.contains(u':') ||
            part.endsWith(u' ') || part.endsWith(u'.')) {
            return refused();
        }
    }
    return std::nullopt;
}

DownloadResult<void> checkPaths(const QList<RepoFile>& files) {
    QHash<QString, QString> taken;  // folded path -> path; "" for a folder
    const auto clash = [](const QString& one, const QString& other) {
        return downloadFailure(
            DownloadFault::Unsafe,
            DownloadText::tr("The repository lists %1 and %2, which are the same name on "
                             "some systems. Nothing was downloaded; use another source.")
                .arg(one, other));
    };
    for (const RepoFile& file : files) {
        if (const auto why = whyUnsafePath(file.path))
            return downloadFailure(DownloadFault::Unsafe, *why);
        const QString folded = file.path.toCaseFolded();
        if (taken.contains(folded)) return clash(taken.value(folded), file.path);
        taken.insert(folded, file.path);
    }
    for (const RepoFile& file : files) {
        const QString folded = file.path.toCaseFolded();
        for (qsizetype slash = folded.indexOf(u'/'); slash >= 0;
             slash = folded.indexOf(u'/', slash + 1)) {
            const auto found = taken.constFind(folded.left(slash));
            if (found != taken.constEnd()) return clash(*found, file.path);
        }
    }
    return {};
}

QString commitOfFiles(const QList<RepoFile>& files) {
    QStringList lines;
    for (const RepoFile& file : files) {
        lines.append(QStringLiteral("%1 %2 %3\n")
                         .arg(file.path, QString::number(file.sizeBytes),
                              file.hash ? file.hash->hex : QString()));
    }
    lines.sort();
    const QByteArray text = lines.join(QString()).toUtf8();
    return QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha1).toHex());
}

}  // namespace dsm
