#include "app/services/program/log.h"

#include <fcntl.h>

#include <QDateTime>
#include <QtGlobal>
#include <cstdio>
#include <functional>
#include <mutex>
#include <span>
#include <utility>

#include "app/services/program/private_file.h"
#include "engine/text/visible_text.h"
#include "kernels/base/file.h"
#include "kernels/base/folder.h"
#include "kernels/base/log.h"

namespace dsm {

// Takes lines from any thread and turns the files over.
class Log::Sink {
  public:
    Sink(const QString& folder, bool echo)
        : path_(folder + QStringLiteral("/deepseekmoe.log")), echo_(echo) {
        static_cast<void>(makeFolders(toPath(folder)));
        open();
    }

    const QString& path() const { return path_; }

    void write(const char* level, const QByteArray& message) {
        const QByteArray time =
            QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).toUtf8();
        VisibleText shown;
        QByteArray line = time + ' ' + level + ' ';
        line += QByteArray::fromStdString(shown.push(message.toStdString()) + shown.finish());
        line.replace('\n', "\n    ");
        line += '\n';
        const std::lock_guard lock(mutex_);
        if (echo_) std::fwrite(line.constData(), 1, static_cast<size_t>(line.size()), stderr);
        if (sizeBytes_ + line.size() > kMaximumBytes) turnOver();
        if (file_.isOpen() && file_.write(std::as_bytes(std::span(line))))
            sizeBytes_ += line.size();
    }

  private:
    void open() {
        file_ = File();
        sizeBytes_ = 0;
        auto file = File::open(toPath(path_), O_WRONLY | O_APPEND | O_CREAT, 0600);
        if (!file) return;
        file_ = std::move(*file);
        file_.setPermissions(0600);
        sizeBytes_ = static_cast<qint64>(file_.sizeBytes().value_or(0));
    }

    std::filesystem::path older(int age) const {
        return toPath(age == 0 ? path_ : path_ + QStringLiteral(".%1").arg(age));
    }

    // The oldest is replaced.
    void turnOver() {
        for (int age = kFiles - 2; age >= 0; --age)
            static_cast<void>(renamePath(older(age), older(age + 1)));
        open();
    }

    const QString path_;
    const bool echo_;
    std::mutex mutex_;
    File file_;
    qint64 sizeBytes_ = 0;
};

namespace {

// The two message handlers are plain functions: they find their log here. The mutex keeps a log
// alive while another thread writes to it.
std::mutex currentMutex;
std::function<void(const char*, const QByteArray&)> currentWrite;
QtMessageHandler previousHandler = nullptr;

void writeToCurrent(const char* level, const QByteArray& message) {
    const std::lock_guard lock(currentMutex);
    if (currentWrite) currentWrite(level, message);
}

void takeQtMessage(QtMsgType type, const QMessageLogContext& context, const QString& message) {
    const char* level = "info";
    if (type == QtWarningMsg) level = "warning";
    if (type == QtCriticalMsg || type == QtFatalMsg) level = "error";
    if (type == QtDebugMsg) level = "debug";
    writeToCurrent(level, message.toUtf8());
    // A fatal message ends the program after its handler; the default one says why on stderr.
    if (type == QtFatalMsg && previousHandler) previousHandler(type, context, message);
}

void takeEngineMessage(LogLevel level, std::string_view message) {
    writeToCurrent(level == LogLevel::Warning ? "warning" : "info",
                   QByteArray(message.data(), static_cast<qsizetype>(message.size())));
}

}  // namespace

Log::Log(const QString& folder, bool echo) : sink_(std::make_unique<Sink>(folder, echo)) {
    {
        const std::lock_guard lock(currentMutex);
        currentWrite = [sink = sink_.get()](const char* level, const QByteArray& message) {
            sink->write(level, message);
        };
    }
    previousHandler = qInstallMessageHandler(takeQtMessage);
    setLogSink(takeEngineMessage);
}

Log::~Log() {
    qInstallMessageHandler(previousHandler);
    setLogSink(nullptr);
    const std::lock_guard lock(currentMutex);
    currentWrite = nullptr;
}

QString Log::file() const {
    return sink_->path();
}

}  // namespace dsm
