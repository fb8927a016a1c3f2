// Reason: why something was refused or failed, as codes and what belongs into their sentences, so
// that each front end can say it in its reader's language. text() are the English words, which
// stand in kernels/base/reasons alone; an Error made of a reason has them as its message.
//
// Threads  Any. reasonOf() knows the last few errors that its own thread made of reasons: who wants
//          more than the message asks where the error arrives, on the thread that made it.
// Errors   None.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/base/reasons/reason_code.h"
#include "kernels/base/result.h"

namespace dsm {

// All of them, in the order of the codes.
std::span<const ReasonWords> reasonWords();
const ReasonWords& wordsOf(ReasonCode code);
// Of a type in JSON, and of what a system says: arguments that have a translation, too.
std::span<const std::string_view> knownWords();

struct ReasonPart {
    ReasonCode code = ReasonCode::Other;
    std::vector<std::string> arguments = {};

    std::string text() const;
    bool operator==(const ReasonPart&) const = default;
};

// A part is a sentence, or what stands before one.
struct Reason {
    std::vector<ReasonPart> parts = {};

    Reason() = default;
    // Not explicit: a problem is set to a code.
    Reason(ReasonCode code, std::vector<std::string> arguments = {})
        : parts{{code, std::move(arguments)}} {}

    bool empty() const { return parts.empty(); }
    void add(ReasonCode code, std::vector<std::string> arguments = {}) {
        parts.push_back({code, std::move(arguments)});
    }
    void add(const Reason& more) {
        parts.insert(parts.end(), more.parts.begin(), more.parts.end());
    }
    std::string text() const;
    bool operator==(const Reason&) const = default;
};

// An error with the reason's words.
tl::unexpected<Error> failure(ErrorCode code, const Reason& reason, int systemReason = 0);
inline tl::unexpected<Error> failure(ErrorCode code, ReasonCode reason,
                                     std::vector<std::string> arguments) {
    return failure(code, Reason(reason, std::move(arguments)));
}
// Of one that was made otherwise: its message, as Other.
Reason reasonOf(const Error& error);
// With another sentence.
Error withReason(Error error, ReasonCode code, std::vector<std::string> arguments = {});

}  // namespace dsm
