// TextStudy: what the loaded model finds of the text that is looked at: its tokens, how likely each is,
// and what could follow at a place.
//
// Tokens are there at once; the rest is asked of the model a moment after the last change, and while
// nothing is being written. What was found belongs to exactly the text and the place that were shown:
// after a change it is gone until the model has answered again.
//
// Threads   Main thread.
// Errors    problem() is a sentence for people.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <optional>

#include "app/services/model/text_tokens.h"

namespace dsm {

class TextGenerator;

class TextStudy : public QObject {
    Q_OBJECT

  public:
    static constexpr int kPauseMs = 250;  // after the last change, before the model is asked
    static constexpr int kLikeliest = 50;

    explicit TextStudy(TextGenerator& generator, QObject* parent = nullptr);

    struct Wish {
        bool tokens = false;
        bool probabilities = false;  // of the tokens
        bool likeliest = false;      // that could follow at the place

        bool operator==(const Wish&) const = default;
    };
    void setWish(const Wish& wish);
    const Wish& wish() const { return wish_; }
    // What is looked at, in characters of the text; another text than before, or a change of it.
    void setText(const QString& text, qsizetype place);
    // While a model writes at the text nothing is asked.
    void setPaused(bool isPaused);
    // Of another model, or of one that is no longer busy: all is asked again.
    void refresh();

    // Of the text as it is now; without probabilities while the model has not answered.
    const QList<TextToken>& tokens() const { return tokens_; }
    bool hasProbabilities() const { return hasProbabilities_; }
    const QList<NextToken>& likeliest() const { return likeliest_; }
    // The token that the character at this place belongs to, -1: none.
    qsizetype tokenAt(qsizetype place) const;
    bool isBusy() const { return asked_.id != 0 || pause_.isActive(); }
    QString problem() const { return problem_; }

  Q_SIGNALS:
    void tokensChanged();
    void likeliestChanged();
    void stateChanged();  // isBusy() or problem()

  private:
    struct Asked {
        quint64 id = 0;
        bool isLikeliest = false;
        QString text;
    };

    void countTokens();
    void askLater();
    void ask();
    void ask(const QString& text, bool isLikeliest);
    void drop();
    void take(quint64 id, const TextStudyResult& result);
    QString before() const { return text_.left(place_); }

    TextGenerator& generator_;
    Wish wish_;
    QString text_;
    qsizetype place_ = 0;
    bool isPaused_ = false;
    QList<TextToken> tokens_;
    bool hasProbabilities_ = false;
    QList<NextToken> likeliest_;
    std::optional<QString> likeliestAfter_;
    QString problem_;
    Asked asked_;
    QTimer pause_;
};

}  // namespace dsm
