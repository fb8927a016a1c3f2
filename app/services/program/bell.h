// Bell: wakes an event loop from another thread without an object of Qt's that both threads own,
// so that ThreadSanitizer, which does not see inside Qt, can watch all that passes between them.
//
// A QSocketNotifier on descriptor() hears it; who hears it silences it first, then looks.
//
// Threads  ring() from any thread.
// Errors   The program ends where the system refuses an event descriptor.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <QtGlobal>

namespace dsm {

class Bell {
  public:
    Bell() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
        if (descriptor_ < 0) qFatal("The system refuses an event descriptor.");
    }
    ~Bell() { close(descriptor_); }
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;

    int descriptor() const { return descriptor_; }

    // Fails only when it rings already.
    void ring() { static_cast<void>(eventfd_write(descriptor_, 1)); }
    void silence() {
        eventfd_t count = 0;
        static_cast<void>(eventfd_read(descriptor_, &count));
    }

  private:
    const int descriptor_;
};

}  // namespace dsm
