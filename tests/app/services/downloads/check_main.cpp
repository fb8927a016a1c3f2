// Lists the snapshots of a cache, and how many of their files are damaged.
//
// usage: download_check CACHE
#include <QCoreApplication>
#include <QTextStream>

#include "app/services/downloads/integrity_check.h"

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    dsm::WorkThread hashing;
    QTextStream out(stdout);
    for (const dsm::CachedSnapshot& snapshot :
         dsm::HubCache(QString::fromLocal8Bit(argc > 1 ? argv[1] : "")).snapshots()) {
        dsm::IntegrityCheck check(snapshot, hashing);
        QObject::connect(&check, &dsm::IntegrityCheck::finished, &application,
                         &QCoreApplication::quit, Qt::QueuedConnection);
        check.start();
        QCoreApplication::exec();
        out << snapshot.repository << ' ' << snapshot.revisions.join(u',') << ' '
            << snapshot.files.size() << " files damaged " << check.damaged().size() << " unknown "
            << check.unknown().size() << '\n';
    }
    return 0;
}
