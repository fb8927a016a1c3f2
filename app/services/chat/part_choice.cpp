#include "app/services/chat/part_choice.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "app/services/chat/prompt_text.h"

namespace dsm {
namespace {

constexpr qsizetype kLongestQuestion = 600;  // characters: what is asked stands at the end
constexpr qsizetype kBestWithNeighbours = 4;

// Not translated: what a model reads.
QString textBefore(const QString& question, const QString& part) {
    return isChinese(question)
               ? QStringLiteral("文字：\n%1\n\n这段文字能回答的问题：\n").arg(part)
               : QStringLiteral("Text:\n%1\n\nA question that this text answers:\n").arg(part);
}

}  // namespace

PartChoice::PartChoice(const QString& question, const QList<DocumentPointer>& documents)
    : question_(question.trimmed().right(kLongestQuestion)),
      documents_(documents),
      byWords_(partsByWords(question, documents)) {
    for (const FilePart& part : byWords_) {
        if (part.hasWords && candidates_.size() < kMostByWords) candidates_.append(part);
    }
    addSpread();
}

bool PartChoice::isKnown(qsizetype document, int part) const {
    return std::any_of(candidates_.begin(), candidates_.end(), [&](const FilePart& one) {
        return one.document == document && one.part == part;
    });
}

// Where the words are in few of the parts, or in none, there are more of these.
void PartChoice::addSpread() {
    QList<FilePart> others;
    for (qsizetype i = 0; i < documents_.size(); ++i) {
        for (int part = 0; part < documents_[i]->parts().size(); ++part) {
            if (!isKnown(i, part)) others.append({i, part});
        }
    }
    const qsizetype wanted =
        std::min(others.size(), kMostByWords + kMostSpread - candidates_.size());
    for (qsizetype i = 0; i < wanted; ++i)
        candidates_.append(others[i * others.size() / wanted]);
}

void PartChoice::addNeighbours() {
    hasNeighbours_ = true;
    const QList<Seen> best = bestFirst();
    const qsizetype most = candidates_.size() + kMostNeighbours;
    for (const Seen& seen : best.first(std::min(best.size(), kBestWithNeighbours))) {
        const auto parts = documents_[seen.part.document]->parts().size();
        for (const int part : {seen.part.part - 1, seen.part.part + 1}) {
            const bool isThere = part >= 0 && part < parts;
            if (isThere && candidates_.size() < most && !isKnown(seen.part.document, part))
                candidates_.append({seen.part.document, part});
        }
    }
}

std::optional<QString> PartChoice::nextText() {
    if (seen_.size() == candidates_.size() && !hasNeighbours_) addNeighbours();
    if (seen_.size() == candidates_.size()) return std::nullopt;
    const FilePart& next = candidates_[seen_.size()];
    const Document& document = *documents_[next.document];
    const auto [begin, end] = document.parts()[next.part];
    const QString part = document.text().mid(begin, end - begin).remove(u'\f').trimmed();
    return textBefore(question_, part) + question_;
}

void PartChoice::take(const QList<TextToken>& tokens) {
    const std::optional<QString> text = nextText();
    if (!text) return;
    const qsizetype questionBegins = text->size() - question_.size();
    double sum = 0;
    qsizetype count = 0;
    for (const TextToken& token : tokens) {
        if (token.begin < questionBegins || !token.logProbability) continue;
        sum += *token.logProbability;
        ++count;
    }
    const double worth =
        count > 0 ? sum / static_cast<double>(count) : std::numeric_limits<double>::lowest();
    seen_.append({candidates_[seen_.size()], worth});
}

QList<PartChoice::Seen> PartChoice::bestFirst() const {
    QList<Seen> best = seen_;
    std::stable_sort(best.begin(), best.end(),
                     [](const Seen& a, const Seen& b) { return a.worth > b.worth; });
    return best;
}

QList<FilePart> PartChoice::order() const {
    QList<FilePart> order;
    for (const Seen& seen : bestFirst())
        order.append(seen.part);
    const auto isSeen = [this](const FilePart& part) {
        return std::any_of(seen_.begin(), seen_.end(), [&](const Seen& seen) {
            return seen.part.document == part.document && seen.part.part == part.part;
        });
    };
    std::copy_if(byWords_.begin(), byWords_.end(), std::back_inserter(order),
                 [&](const FilePart& part) { return !isSeen(part); });
    return order;
}

qsizetype PartChoice::seenOf(qsizetype document) const {
    return std::count_if(seen_.begin(), seen_.end(),
                         [&](const Seen& seen) { return seen.part.document == document; });
}

qsizetype PartChoice::toSee() const {
    if (hasNeighbours_) return candidates_.size();
    return std::min(byWords_.size(), candidates_.size() + kMostNeighbours);
}

}  // namespace dsm
