// The tokens of a text, as a person looks at them.
//
// Threads  Plain values.
#pragma once

#include <QList>
#include <QString>
#include <optional>

namespace dsm {

struct TextToken {
    int id = 0;
    // Of the text, in characters of QString: whole ones, so that several tokens may have the same.
    qsizetype begin = 0;
    qsizetype end = 0;
    QString text = {};                          // to be shown: what is no whole character as U+FFFD
    std::optional<double> logProbability = {};  // given all before it; none: it was not asked for
};

struct NextToken {
    enum class Kind { Text, PartOfCharacter, EndOfText };

    int id = 0;
    Kind kind = Kind::Text;
    QString text = {};  // of kind Text what it spells, else to be shown
    double probability = 0;
};

// What a model is asked of a text: the probability of each token, or what could follow.
struct TextStudyRequest {
    quint64 id = 0;  // of TextGenerator::newRequestId()
    QString text;
    int likeliest = 0;  // so many tokens that could follow; 0: the tokens of the text
};

struct TextStudyResult {
    QList<TextToken> tokens = {};
    QList<NextToken> likeliest = {};  // best first
    bool isStopped = false;
    QString error = {};  // for people; "" where all went well
};

}  // namespace dsm
