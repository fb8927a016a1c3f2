// Any bytes as what a server at an address says of a completion, or of its models: nothing of it
// that a message cannot hold.
#include <cstddef>
#include <cstdint>

#include "app/services/remote/completion_event.h"
#include "kernels/base/check.h"

namespace {

constexpr qsizetype kMostWords = 500;

void checkCount(const std::optional<qint64>& count) {
    DSM_CHECK(!count || *count >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArray body(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    const dsm::CompletionEvent event = dsm::readCompletionEvent(body);
    DSM_CHECK(event.isUnderstood || event.text.isEmpty());
    DSM_CHECK(!event.text.contains(QChar(QChar::Null)));
    DSM_CHECK(event.errorWords.size() <= kMostWords);
    checkCount(event.promptTokens);
    checkCount(event.generatedTokens);
    DSM_CHECK(dsm::readServerWords(body).size() <= kMostWords);
    if (const auto models = dsm::readModelList(body)) {
        for (const auto& model : *models)
            DSM_CHECK(!model.name.isEmpty() && model.contextLimit >= 0);
    }
    return 0;
}
