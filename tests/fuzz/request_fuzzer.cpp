// Any bytes as what another program asks the server, of each of its questions: refused in words, or
// understood as something within its bounds.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "engine/format/json_file.h"
#include "engine/generate/setting_range.h"
#include "engine/serve/request.h"
#include "kernels/base/check.h"

namespace {

void checkWithin(const dsm::ReplyRequest& request) {
    const dsm::GenerationChoices& choices = request.choices;
    DSM_CHECK(!choices.temperature || dsm::kTemperatureRange.holds(*choices.temperature));
    DSM_CHECK(!choices.topP || dsm::kTopPRange.holds(*choices.topP));
    DSM_CHECK(choices.stopStrings.size() <= dsm::kMostStops);
    DSM_CHECK(request.choicesWanted >= 1 && request.choicesWanted <= dsm::kMostChoices);
    DSM_CHECK(request.maximumTokens.value_or(0) >= 0);
    for (const auto& [id, bias] : request.bias)
        DSM_CHECK(id >= 0 && bias >= -100 && bias <= 100);
}

// Whether it was understood.
template <class Request>
bool isUnderstood(const dsm::Result<Request>& request) {
    if (!request) DSM_CHECK(request.error().message.size() > 5);
    return request.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto body = dsm::parseJson({reinterpret_cast<const char*>(data), size}, "the body");
    if (!isUnderstood(body)) return 0;
    if (const auto completion = dsm::readCompletionRequest(*body); isUnderstood(completion)) {
        checkWithin(*completion);
        DSM_CHECK(!completion->prompts.empty() && completion->prompts.size() <= dsm::kMostPrompts);
    }
    if (const auto chat = dsm::readChatRequest(*body); isUnderstood(chat)) {
        checkWithin(*chat);
        DSM_CHECK(!chat->messages.empty());
        DSM_CHECK(chat->messages.back().role == dsm::ChatRole::User);
    }
    isUnderstood(dsm::readTokenizeRequest(*body));
    isUnderstood(dsm::readDetokenizeRequest(*body));
    return 0;
}
