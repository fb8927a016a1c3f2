#include "app/services/program/own_files.h"

#include <sys/stat.h>

#include <QCoreApplication>
#include <QJsonDocument>

#include "app/services/program/paths.h"
#include "app/services/program/private_file.h"

namespace dsm {
namespace {

struct OwnFiles {
    Q_DECLARE_TR_FUNCTIONS(OwnFiles)
};

constexpr qint64 kMostListBytes = qint64{64} << 20;  // as readKeptArray() has it

bool waitsForEver(const QString& path) {
    struct stat status {};
    return ::stat(toPath(path).c_str(), &status) == 0 &&
           (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

bool isDamagedList(const QString& path) {
    const auto bytes = beginningOf(path, kMostListBytes);
    return bytes && QJsonDocument::fromJson(*bytes).isNull();
}

QString noticeOf(const QString& path) {
    const QString aside = setAside(path, QStringLiteral("it is no list of ours"));
    if (aside.isEmpty()) return {};
    return OwnFiles::tr("%1 could not be read. It was set aside as %2, and a new one is begun.")
        .arg(path, aside);
}

}  // namespace

QStringList setAsideStrangeFiles(const Paths& paths) {
    const QStringList lists{paths.downloadsFile(), paths.modelListFile(), paths.trashFile(),
                            paths.enginesFile()};
    const QStringList all =
        lists + QStringList{paths.databaseFile(),   paths.textsFile(),  paths.trainingFile(),
                            paths.benchmarksFile(), paths.draftsFile(), paths.tuningDraftFile()};
    QStringList notices;
    for (const QString& path : all) {
        if (waitsForEver(path) || (lists.contains(path) && isDamagedList(path)))
            notices.append(noticeOf(path));
    }
    notices.removeAll(QString());
    return notices;
}

}  // namespace dsm
