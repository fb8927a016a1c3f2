#include "app/services/chat/chat_summary.h"

#include <algorithm>
#include <iterator>

#include "app/services/chat/prompt_text.h"
#include "app/services/chat/stored_chat.h"

namespace dsm {
namespace {

constexpr std::int64_t kLongestSummary = 400;  // tokens
constexpr qsizetype kShortestCut = 400;        // characters of a message

using Path = std::vector<StoredMessage>;
using Fit = std::function<PromptFit(const GenerationRequest&)>;

// In the language of the conversation: a model answers in that of the question. Not translated.
QString summaryInstruction(QStringView lastText) {
    if (isChinese(lastText)) {
        return QStringLiteral(
            "请用几段简短的文字总结到目前为止的对话。保留人名、数字、决定以及尚未回答的问题，不要添"
            "加新的内容。");
    }
    return QStringLiteral(
        "Summarize our conversation so far in a few short paragraphs. Keep names, numbers, "
        "decisions and open questions. Add nothing new.");
}

GenerationRequest summaryRequest(const GenerationRequest& like, Path::const_iterator begin,
                                 Path::const_iterator end, qsizetype longest) {
    GenerationRequest request;
    request.choices.temperature = 0;
    request.choices.maximumTokens = kLongestSummary;
    request.messages = like.messages;
    for (; begin != end; ++begin) {
        if (begin->text.empty()) continue;
        PromptMessage message = toPrompt(*begin);
        if (longest > 0 && message.text.size() > longest) {
            message.text = message.text.left(longest) + QStringLiteral(" […]");
            message.tokenIds.clear();
        }
        request.messages.append(message);
    }
    const QString last = request.messages.isEmpty() ? QString() : request.messages.back().text;
    request.messages.append({ChatRole::User, summaryInstruction(last), {}});
    return request;
}

// The next question at or behind a place.
Path::const_iterator questionFrom(Path::const_iterator at, Path::const_iterator end) {
    return std::find_if(
        at, end, [](const StoredMessage& message) { return message.role == ChatRole::User; });
}

// Where the exchanges begin that stay as they are.
Path::const_iterator keptFrom(const Path& path, Path::const_iterator first, const Fit& fit) {
    const auto end = path.end() - 1;  // the reply
    auto kept = end;
    GenerationRequest request;
    for (auto at = end; at != first;) {
        --at;
        if (!at->text.empty()) request.messages.prepend(toPrompt(*at));
        if (at->role != ChatRole::User) continue;
        const PromptFit measured = fit(request);
        const bool isQuestion = kept == end;
        if (!isQuestion && (!measured.fitsWhole() || measured.read > measured.room / 2)) break;
        kept = at;
    }
    return kept;
}

}  // namespace

std::ptrdiff_t endOfSummary(const Path& path) {
    const auto found = std::find_if(path.rbegin(), path.rend(), [](const StoredMessage& message) {
        return !message.summary.empty();
    });
    return path.rend() - found;
}

QList<PromptMessage> summaryExchange(const QString& summary) {
    return {{ChatRole::User, summaryInstruction(summary), {}}, {ChatRole::Assistant, summary, {}}};
}

std::optional<SummaryPlan> planSummary(const Path& path, const GenerationRequest& request,
                                       const Fit& fit) {
    const auto first = path.begin() + endOfSummary(path);
    const auto kept = keptFrom(path, first, fit);
    if (kept <= first || kept == path.end()) return std::nullopt;
    // What stands before the messages: a system message, an earlier summary.
    GenerationRequest like;
    for (const PromptMessage& message :
         request.messages.first((request.messages.front().role == ChatRole::System ? 1 : 0) +
                                (first == path.begin() ? 0 : 2)))
        like.messages.append(message);
    auto end = questionFrom(std::next(first), kept);
    GenerationRequest asked = summaryRequest(like, first, end, 0);
    for (qsizetype longest = 1 << 14; !fit(asked).fitsWhole() && longest >= kShortestCut;
         longest /= 2)
        asked = summaryRequest(like, first, end, longest);
    while (end != kept) {
        const auto further = questionFrom(std::next(end), kept);
        GenerationRequest more = summaryRequest(like, first, further, 0);
        if (!fit(more).fitsWhole()) break;
        asked = std::move(more);
        end = further;
    }
    return SummaryPlan{std::move(asked), std::prev(end)->id};
}

}  // namespace dsm
