#include "kernels/base/reason.h"

#include <algorithm>
#include <array>
#include <utility>

#include "kernels/base/check.h"

namespace dsm {
namespace {

struct Made {
    std::string message;
    Reason reason;
};
// Several, since some errors are kept for a while before they are told: why a GPU gave way, what a
// model failed with.
constexpr std::size_t kKept = 16;
thread_local std::array<Made, kKept> lastMade;
thread_local std::size_t next = 0;

tl::unexpected<Error> remember(Error error, Reason reason) {
    lastMade[next++ % kKept] = {error.message, std::move(reason)};
    return tl::unexpected(std::move(error));
}

}  // namespace

std::string ReasonPart::text() const {
    const std::string_view words = wordsOf(code).english;
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool isPlace =
            words[i] == '%' && i + 1 < words.size() && words[i + 1] >= '1' && words[i + 1] <= '9';
        if (!isPlace) {
            text += words[i];
            continue;
        }
        const auto argument = static_cast<std::size_t>(words[++i] - '1');
        DSM_CHECK(argument < arguments.size());
        text += arguments[argument];
        if (i + 1 < words.size() && words[i + 1] == 'w') ++i;
    }
    return text;
}

std::string Reason::text() const {
    std::string text;
    for (const ReasonPart& part : parts)
        text += (text.empty() ? "" : " ") + part.text();
    return text;
}

tl::unexpected<Error> failure(ErrorCode code, const Reason& reason, int systemReason) {
    return remember({code, reason.text(), systemReason}, reason);
}

Reason reasonOf(const Error& error) {
    const auto made = std::find_if(lastMade.begin(), lastMade.end(), [&](const Made& one) {
        return one.message == error.message && !error.message.empty();
    });
    if (made != lastMade.end()) return made->reason;
    return {ReasonCode::Other, {error.message}};
}

Error withReason(Error error, ReasonCode code, std::vector<std::string> arguments) {
    Reason reason = reasonOf(error);
    reason.add(code, std::move(arguments));
    error.message = reason.text();
    return remember(std::move(error), std::move(reason)).value();
}

}  // namespace dsm
