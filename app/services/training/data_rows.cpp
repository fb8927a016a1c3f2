// Rows of a data set as conversations: the tokens that would be fed, taken apart as their template
// put them together.
#include <algorithm>
#include <span>
#include <string>

#include "app/services/training/data_reading.h"

namespace dsm {
namespace {

using Speaker = DataTurn::Speaker;

class RowWriter {
  public:
    RowWriter(const StudiedData& data, const TrainingSample& sample, qint64 maximumTokens)
        : tokenizer_(*data.tokenizer),
          chosen_(data.sampleTemplate),
          sample_(sample),
          cut_(static_cast<std::size_t>(std::max<qint64>(maximumTokens, 0))) {}

    QList<DataTurn> write() {
        std::size_t begin = 0;
        if (!sample_.ids.empty() && sample_.ids.front() == tokenizer_.bosId()) begin = 1;
        while (begin < sample_.ids.size()) {
            std::size_t end = begin;
            while (end < sample_.ids.size() && sample_.ids[end] != tokenizer_.eosId())
                ++end;
            writePiece(begin, end);
            if (end < sample_.ids.size()) addToken(end);
            begin = end + 1;
        }
        return std::move(turns_);
    }

  private:
    // Up to where an end token stands: what was asked, and the answer.
    void writePiece(std::size_t begin, std::size_t end) {
        std::size_t answer = begin;
        while (answer < end && sample_.labels[answer] == kNotTrained)
            ++answer;
        if (answer == end && chosen_ == SampleTemplate::Chat) answer = findAnswer(begin, end);
        writePrompt(begin, answer);
        const bool isText = turns_.isEmpty() && chosen_ == SampleTemplate::Raw;
        if (answer < end) addTurn(isText ? Speaker::Text : Speaker::Assistant, answer, end);
    }
    // Of an answer that is only read: behind the word of its speaker.
    std::size_t findAnswer(std::size_t begin, std::size_t end) const {
        static const std::string kMark = "\n\nAssistant:";
        std::string text;
        for (std::size_t i = begin; i < end; ++i) {
            text += tokenizer_.tokenBytes(sample_.ids[i]);
            if (text.find(kMark) != std::string::npos) return i + 1;
        }
        return end;
    }
    void writePrompt(std::size_t begin, std::size_t end);
    void addSaid(Speaker speaker, const std::string& text, bool isCut) {
        if (text.empty()) return;
        turns_.append({speaker, {{QString::fromStdString(text), false, isCut, false}}});
    }
    void addTurn(Speaker speaker, std::size_t begin, std::size_t end);
    void addToken(std::size_t at) {
        if (turns_.isEmpty()) turns_.append(DataTurn{});
        turns_.last().parts.append({QString::fromStdString(tokenizer_.tokenText(sample_.ids[at])),
                                    sample_.labels[at] != kNotTrained, at >= cut_, true});
    }
    std::string text(std::size_t begin, std::size_t end) const {
        return tokenizer_.decode(std::span(sample_.ids).subspan(begin, end - begin));
    }

    const Tokenizer& tokenizer_;
    SampleTemplate chosen_;
    const TrainingSample& sample_;
    std::size_t cut_;
    QList<DataTurn> turns_;
};

// Takes `mark` away from the text's end, if it stands there.
void removeEnd(std::string& text, std::string_view mark) {
    if (text.ends_with(mark)) text.resize(text.size() - mark.size());
}

// A prompt that is cut in its middle has nothing trained behind it, so its row is shown as cut
// from there on by the answer alone, and the prompt by where it ends.
void RowWriter::writePrompt(std::size_t begin, std::size_t end) {
    if (begin == end) return;
    std::string prompt = text(begin, end);
    const bool isCut = end > cut_;
    if (chosen_ == SampleTemplate::Raw) return addSaid(Speaker::User, prompt, isCut);
    if (chosen_ == SampleTemplate::Reference) {
        constexpr std::string_view kQuestion = "### Instruction:\n";
        removeEnd(prompt, "\n### Response:\n");
        const std::size_t at = prompt.find(kQuestion);
        if (at == std::string::npos) return addSaid(Speaker::User, prompt, isCut);
        std::string before = prompt.substr(0, at);
        removeEnd(before, "\n");
        addSaid(Speaker::System, before, isCut);
        return addSaid(Speaker::User, prompt.substr(at + kQuestion.size()), isCut);
    }
    constexpr std::string_view kUser = "User: ";
    removeEnd(prompt, "\n\nAssistant:");
    if (!prompt.starts_with(kUser)) {
        const std::size_t at = prompt.find("\n\nUser: ");
        addSaid(Speaker::System, prompt.substr(0, at), isCut);
        if (at == std::string::npos) return;
        prompt.erase(0, at + 2);
    }
    addSaid(Speaker::User, prompt.substr(kUser.size()), isCut);
}

void RowWriter::addTurn(Speaker speaker, std::size_t begin, std::size_t end) {
    DataTurn turn{speaker, {}};
    for (std::size_t i = begin; i < end;) {
        const auto kindAt = [&](std::size_t at) {
            return std::pair(sample_.labels[at] != kNotTrained, at >= cut_);
        };
        std::size_t next = i;
        while (next < end && kindAt(next) == kindAt(i))
            ++next;
        const auto [isTrained, isCut] = kindAt(i);
        turn.parts.append({QString::fromStdString(text(i, next)), isTrained, isCut, false});
        i = next;
    }
    // The template's space between the speaker and what is said.
    if (speaker == Speaker::Assistant && chosen_ == SampleTemplate::Chat &&
        turn.parts.first().text.startsWith(u' '))
        turn.parts.first().text.remove(0, 1);
    turns_.append(std::move(turn));
}

}  // namespace

QString promptOf(const StudiedData& data, const TrainingSample& sample) {
    for (const DataTurn& turn :
         RowWriter(data, sample, static_cast<qint64>(sample.ids.size())).write()) {
        if (turn.speaker != Speaker::User || turn.parts.isEmpty()) continue;
        const QString text = turn.parts.first().text.trimmed();
        return text.contains(u'\n') ? QString() : text;
    }
    return {};
}

QList<DataRow> rowsOf(const StudiedData& data, qint64 first, int count, qint64 maximumTokens) {
    QList<DataRow> rows;
    if (!data.dataset) return rows;
    const DatasetReport& report = data.dataset->report();
    const qint64 end = std::min<qint64>(first + count, data.dataset->size());
    for (qint64 i = std::max<qint64>(first, 0); i < end; ++i) {
        const auto sample = data.dataset->sample(i);
        if (!sample) break;  // its file has no room any more; the next study says so
        const RowPlace place = data.dataset->place(i);
        const ReportedFile& file = report.files.at(place.file);
        DataRow row;
        row.index = i;
        row.place = {QString::fromStdString(file.name), file.unit == "row", place.line};
        row.tokens = static_cast<qint64>(sample->ids.size());
        row.turns = RowWriter(data, *sample, maximumTokens).write();
        rows.append(std::move(row));
    }
    return rows;
}

}  // namespace dsm
