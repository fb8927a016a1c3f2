#include "app/termination_signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <QSocketNotifier>
#include <atomic>
#include <cerrno>
#include <csignal>

namespace dsm {
namespace {

constexpr std::array kSignals{SIGTERM, SIGINT};

// What the handler may touch: the end of the pipe to write to, or -1.
std::atomic<int> writeEnd{-1};
static_assert(std::atomic<int>::is_always_lock_free);

void handle(int) {
    const int savedErrno = errno;
    const char wake = 0;
    // A full pipe is not read yet: one more byte would say nothing new.
    [[maybe_unused]] const ssize_t written = ::write(writeEnd, &wake, 1);
    errno = savedErrno;
}

void setHandler(void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    for (const int signal : kSignals)
        ::sigaction(signal, &action, nullptr);
}

}  // namespace

TerminationSignals::TerminationSignals(QObject* parent) : QObject(parent) {
    if (::pipe2(pipe_.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        qWarning("No pipe for signals: SIGTERM will end the program at once.");
        return;
    }
    notifier_ = new QSocketNotifier(pipe_[0], QSocketNotifier::Read, this);
    connect(notifier_, &QSocketNotifier::activated, this, &TerminationSignals::readPipe);
    writeEnd = pipe_[1];
    setHandler(handle);
}

TerminationSignals::~TerminationSignals() {
    if (notifier_ == nullptr) return;
    setHandler(SIG_DFL);
    writeEnd = -1;
    delete notifier_;
    for (const int end : pipe_)
        ::close(end);
}

void TerminationSignals::readPipe() {
    std::array<char, 16> bytes;
    while (::read(pipe_[0], bytes.data(), bytes.size()) > 0) {
    }
    Q_EMIT received();
}

}  // namespace dsm
