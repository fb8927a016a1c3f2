// TerminationSignals: SIGTERM and SIGINT as a Qt signal, so that the end of a session or Ctrl+C in
// the terminal ends the program as closing its window does.
//
// From its construction to its destruction both signals do nothing else; a second one is like the
// first. A signal handler may do next to nothing, so it only writes to a pipe that a notifier of
// the event loop reads.
//
// Source   man signal-safety; "Calling Qt Functions From Unix Signal Handlers" in Qt's
// documentation. Threads  Main thread; one at a time. Errors   Where the system gives no pipe, the
// signals keep what they did before.
#pragma once

#include <QObject>
#include <array>

class QSocketNotifier;

namespace dsm {

class TerminationSignals : public QObject {
    Q_OBJECT

  public:
    explicit TerminationSignals(QObject* parent = nullptr);
    ~TerminationSignals() override;

  Q_SIGNALS:
    void received();

  private:
    void readPipe();

    std::array<int, 2> pipe_{-1, -1};  // to read, to write
    QSocketNotifier* notifier_ = nullptr;
};

}  // namespace dsm
