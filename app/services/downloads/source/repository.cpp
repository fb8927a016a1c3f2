#include "app/services/downloads/source/repository.h"
#include "app/services/program/said.h"

#include <QCryptographicHash>
#include <QHash>
#include <QRegularExpression>
#include <algorithm>

namespace dsm {
namespace {

constexpr int kMostComponentBytes = 255;

// What it stands for is not what a reader sees.
bool isHiding(QChar c) {
    return c.category() == QChar::Other_Control || c.category() == QChar::Other_Format ||
           c.isSurrogate();
}

bool isForbidden(QChar c) {
    static const QString kElsewhere = QStringLiteral("<>:\"|?*\\");
    return (isHiding(c) && !c.isSurrogate()) || kElsewhere.contains(c);
}

// With any ending: CON.json is the console.
bool isDevice(const QString& name) {
    static const QRegularExpression kDevice(
        QStringLiteral("\\A(con|prn|aux|nul|com[0-9]|lpt[0-9]) *(\\.|\\z)"),
        QRegularExpression::CaseInsensitiveOption);
    return kDevice.match(name).hasMatch();
}

// Two with the same are one file on some systems.
QString folded(const QString& path) {
    return path.normalized(QString::NormalizationForm_C).toCaseFolded();
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
        std::replace_if(shown.begin(), shown.end(), isHiding, QChar(QChar::ReplacementCharacter));
        return said(
            [] {
                return DownloadText::tr(
                    "The repository lists a file with the name %1, which is not "
                    "safe to write. Nothing was downloaded; use another source.");
            },
            {shown});
    };
    if (path.isEmpty() || path.startsWith(u'/') || !path.isValidUtf16()) return refused();
    if (std::any_of(path.begin(), path.end(), isForbidden)) return refused();
    for (const QString& part : path.split(u'/')) {
        if (part.isEmpty() || part == QLatin1String(".") || part == QLatin1String("..") ||
            part.toUtf8().size() > kMostComponentBytes || part.endsWith(u' ') ||
            part.endsWith(u'.') || isDevice(part)) {
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
            said(
                [] {
                    return DownloadText::tr(
                        "The repository lists %1 and %2, which are the same name on "
                        "some systems. Nothing was downloaded; use another source.");
                },
                {one, other}));
    };
    for (const RepoFile& file : files) {
        if (const auto why = whyUnsafePath(file.path))
            return downloadFailure(DownloadFault::Unsafe, *why);
        const QString name = folded(file.path);
        if (taken.contains(name)) return clash(taken.value(name), file.path);
        taken.insert(name, file.path);
    }
    for (const RepoFile& file : files) {
        const QString name = folded(file.path);
        for (qsizetype slash = name.indexOf(u'/'); slash >= 0;
             slash = name.indexOf(u'/', slash + 1)) {
            const auto found = taken.constFind(name.left(slash));
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
