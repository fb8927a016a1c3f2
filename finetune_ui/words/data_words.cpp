#include "finetune_ui/words/data_words.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include "app/services/program/sentences.h"

namespace dsm {
namespace {

struct Wording {
    Q_DECLARE_TR_FUNCTIONS(DataWords)

  public:
    static QString format(const DataFile& file) {
        switch (file.format) {
            case DataFormat::JsonLines:
                return tr("JSON Lines");
            case DataFormat::JsonList:
                return file.list.isEmpty() ? tr("JSON, a list of rows")
                                           : tr("JSON, rows in the list “%1”").arg(file.list);
            case DataFormat::Parquet:
                return tr("Parquet");
            case DataFormat::Csv:
                break;
        }
        if (file.delimiter == u';') return tr("CSV, separated by semicolons");
        if (file.delimiter == u'\t') return tr("CSV, separated by tabs");
        if (file.delimiter == u'|') return tr("CSV, separated by vertical bars");
        return tr("CSV, separated by commas");
    }

    static QString place(const DataPlace& place) {
        const QString number = QLocale().toString(place.number);
        return (place.isRow ? tr("row %1 of %2") : tr("line %1 of %2")).arg(number, place.file);
    }

    static QString note(DataNote note) {
        switch (note) {
            case DataNote::NeverEnds:
                return tr(
                    "The authors' template never trains the end of a reply: a model tuned with it "
                    "does not stop by itself in a chat.");
            case DataNote::OtherForm:
                return tr(
                    "This is a Chat model, trained with another form of question than the authors' "
                    "template asks in.");
            case DataNote::BaseModel:
                return tr(
                    "This is a Base model: it learns the form of a chat from these rows alone. A "
                    "Chat model needs far fewer.");
            case DataNote::NoChatForm:
                return tr(
                    "This is a Chat model, but the raw template has no speakers: what is learned "
                    "shows in completions more than in chats.");
            case DataNote::NoEndToken:
                return tr(
                    "The tokenizer has no token that ends a text, so the model cannot learn where "
                    "to stop.");
            case DataNote::OtherEndToken:
                break;
        }
        return tr(
            "The tokenizer ends texts with another token than the model's configuration says: "
            "replies may not stop.");
    }

    static QString leak(const DataFindings& findings) {
        constexpr qsizetype kShown = 5;
        if (findings.inEvaluation == 0) return {};
        QStringList rows;
        for (const DataPlace& one : findings.firstInEvaluation.mid(0, kShown))
            rows.append(place(one));
        if (findings.inEvaluation > rows.size()) rows.append(tr("and others"));
        return inARow(
            {tr("%Ln row(s) are also in the evaluation, which then looks better than it is.",
                nullptr, static_cast<int>(findings.inEvaluation)),
             tr("See %1.").arg(rows.join(tr(", ")))});
    }

    static QString speaker(DataTurn::Speaker speaker) {
        switch (speaker) {
            case DataTurn::Speaker::System:
                return tr("System text");
            case DataTurn::Speaker::User:
                return tr("Question");
            case DataTurn::Speaker::Assistant:
                return tr("Answer");
            case DataTurn::Speaker::Text:
                break;
        }
        return tr("Text");
    }
};

}  // namespace

QString presentFormat(const DataFile& file) {
    return Wording::format(file);
}

QString presentPlace(const DataPlace& place) {
    return Wording::place(place);
}

QString presentNote(DataNote note) {
    return Wording::note(note);
}

QString presentLeak(const DataFindings& findings) {
    return Wording::leak(findings);
}

bool isWarning(DataNote note) {
    return note != DataNote::BaseModel && note != DataNote::NoChatForm;
}

QString presentSpeaker(DataTurn::Speaker speaker) {
    return Wording::speaker(speaker);
}

}  // namespace dsm
