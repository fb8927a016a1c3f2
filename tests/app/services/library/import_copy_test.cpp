// The copy of a model, on a disk and in a system that fail at every call there is.
#include "app/services/library/import_copy.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/services/library/cache_fixture.h"
#include "tests/support/fault_walk.h"

namespace dsm {

class ImportCopyTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void copyIsWholeOrNotThereWhicheverCallFails();
};

// Straight from one place in memory to another: a disk would be waited for hundreds of times.
void ImportCopyTest::copyIsWholeOrNotThereWhicheverCallFails() {
    const QTemporaryDir folder(
        QString::fromStdString((test::placeForWalks() / "dsm-test-XXXXXX").string()));
    const QString source = folder.filePath(QStringLiteral("source"));
    QDir().mkpath(source);
    for (const char* name : {"config.json", "tokenizer.json", "model.safetensors"}) {
        QFile file(source + u'/' + QLatin1String(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(20'000, name[0]));
    }
    const ImportCopy order{source, folder.filePath(QStringLiteral("target")),
                           folder.filePath(QStringLiteral(".unfinished"))};
    const test::FaultWalk walk{
        .prepare = [&] { QDir(order.target).removeRecursively(); },
        .operation = [&]() -> std::optional<std::string> {
            const QString problem = copyModel(order, [](quint64, quint64) {}, {});
            return problem.isEmpty() ? std::nullopt : std::optional(problem.toStdString());
        },
        .check = [&](bool hasFailed) -> std::string {
            if (!QFile::exists(order.target)) return hasFailed ? "" : "no copy";
            for (const QString& name : QDir(source).entryList(QDir::Files)) {
                if (test::bytesOf(order.target + u'/' + name) !=
                    test::bytesOf(source + u'/' + name))
                    return "not whole: " + name.toStdString();
            }
            return QFile::exists(order.temporary) ? "the unfinished one is left" : "";
        },
        .leastCalls = 100,
        .isTold =
            [&](const std::string& message, const test::FaultMode& mode) {
                const char* reason = mode.fault == SystemFault::NoSpace &&
                                             message.find(mode.reason) == std::string::npos
                                         ? "The disk is full ("
                                         : mode.reason;
                return message.find(folder.path().toStdString()) != std::string::npos &&
                       message.find(reason) != std::string::npos;
            }};
    const QtMessageHandler before =
        qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) {});
    const std::string wrong = walk.run();
    qInstallMessageHandler(before);
    QCOMPARE(QString::fromStdString(wrong), QString());
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::ImportCopyTest)
#include "import_copy_test.moc"
