#include "app/cli/output.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <mutex>
#include <streambuf>
#include <string>
#include <system_error>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "engine/text/visible_text.h"
#include "kernels/base/system_calls.h"

namespace dsm::cli {
namespace {

constexpr std::size_t kGatherBytes = 1U << 16;

class Output : public std::streambuf {
  public:
    explicit Output(int file) : file_(file) {}

    int error() const { return error_; }  // of the first write that failed; 0: none

    void setRaw(bool raw) {
        if (raw != isRaw_) pending_ += visible_.finish();
        isRaw_ = raw;
    }
    bool finish() {
        pending_ += visible_.finish();
        return flush();
    }

  protected:
    std::streamsize xsputn(const char* text, std::streamsize size) override {
        const std::lock_guard lock(mutex_);
        const std::string_view piece(text, static_cast<std::size_t>(size));
        isRaw_ ? pending_.append(piece) : pending_.append(visible_.push(piece));
        const bool isWell = pending_.size() < kGatherBytes ? error_ == 0 : flush();
        return isWell ? size : 0;
    }
    int_type overflow(int_type c) override {
        if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
        const char one = traits_type::to_char_type(c);
        return xsputn(&one, 1) == 1 ? c : traits_type::eof();
    }
    int sync() override {
        const std::lock_guard lock(mutex_);
        return flush() ? 0 : -1;
    }

  private:
    bool flush() {
        std::string_view rest = pending_;
        while (!rest.empty() && error_ == 0) {
            const ssize_t written = sys::write(file_, rest.data(), rest.size());
            if (written >= 0) {
                rest.remove_prefix(static_cast<std::size_t>(written));
            } else if (errno == EAGAIN) {  // somebody else made the terminal non-blocking
                pollfd ready{.fd = file_, .events = POLLOUT, .revents = 0};
                ::poll(&ready, 1, -1);
            } else {
                error_ = errno;
                if (file_ == STDOUT_FILENO) Interrupt::request();
            }
        }
        pending_.clear();
        return error_ == 0;
    }

    int file_;
    std::mutex mutex_;  // engine threads log
    int error_ = 0;
    bool isRaw_ = false;
    VisibleText visible_;
    std::string pending_;
};

Output* standardOutput = nullptr;  // never deleted: streams are flushed after main()

// A file that is opened later must not become standard output. Writing to what takes the place
// fails, as it should.
void openWhatIsClosed() {
    for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(file, F_GETFD) < 0) sys::open("/dev/null", O_RDONLY);
    }
}

}  // namespace

void installOutput() {
    openWhatIsClosed();
    ::signal(SIGPIPE, SIG_IGN);
    standardOutput = new Output(STDOUT_FILENO);
    std::cout.rdbuf(standardOutput);
    std::cerr.rdbuf(new Output(STDERR_FILENO));
}

void showReply(std::string_view piece) {
    standardOutput->setRaw(!outputIsTerminal());
    std::cout << piece << std::flush;
    standardOutput->setRaw(false);
}

bool outputWorks() {
    return standardOutput->error() == 0;
}

int endOutput(int exitCode) {
    if (standardOutput->finish()) return exitCode;
    return fail({ErrorCode::Io, "Cannot write to standard output: " +
                                    std::generic_category().message(standardOutput->error()) +
                                    ". What was written is not complete."});
}

}  // namespace dsm::cli
