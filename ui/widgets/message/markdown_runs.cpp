#include "ui/widgets/message/markdown_runs.h"

#include <QUrl>
#include <algorithm>
#include <string_view>
#include <utility>

#include "ui/widgets/math/formula.h"
#include "ui/widgets/message/markdown_veil.h"

namespace dsm {
namespace {

bool isStruck(cmark_node* node) {
    return cmark_node_get_type_string(node) == std::string_view("strikethrough");
}

QString targetOf(cmark_node* node) {
    return unveil(QString::fromUtf8(cmark_node_get_url(node)));
}

bool isOpenable(const QString& target) {
    const QString scheme = QUrl(target).scheme().toLower();
    return scheme == QLatin1String("http") || scheme == QLatin1String("https") ||
           scheme == QLatin1String("mailto");
}

QString hostIn(const QString& text) {
    const QString trimmed = text.trimmed();
    if (trimmed.contains(u' ')) return {};
    const bool hasScheme = trimmed.contains(QLatin1String("://"));
    if (!hasScheme && !trimmed.contains(u'.')) return {};
    return QUrl(hasScheme ? trimmed : QStringLiteral("http://") + trimmed).host();
}

// A text that looks like one address and leads to another.
bool isDisguise(const QString& text, const QString& target) {
    const QString shown = hostIn(text);
    return text.contains(QLatin1String("://")) || text.startsWith(QLatin1String("www."))
               ? shown != hostIn(target) && !shown.isEmpty()
               : false;
}

// A bare address ends where Chinese or Japanese text goes on without a space.
qsizetype bareLength(const QString& address) {
    const auto end = std::find_if(address.begin(), address.end(), [](QChar c) {
        const char16_t code = c.unicode();
        return (code >= 0x3000 && code <= 0x9FFF) || (code >= 0xFF00 && code <= 0xFFEF) ||
               code == 0x201C || code == 0x201D;
    });
    return end - address.begin();
}

bool isBlank(QChar c) {
    return c == QChar::LineSeparator || c.isSpace();
}

void trimBegin(QString& text) {
    const auto end = std::find_if_not(text.begin(), text.end(), isBlank);
    text.remove(0, end - text.begin());
}

void trimEnd(MarkdownRuns& runs) {
    while (!runs.empty() && (runs.back().style & MarkdownRun::Formula) == 0) {
        QString& text = runs.back().text;
        while (!text.isEmpty() && isBlank(text.back()))
            text.chop(1);
        if (!text.isEmpty()) return;
        runs.pop_back();
    }
}

// What ends a sentence stays beside the formula that it ends with.
void takePunctuation(MarkdownRun& run, MarkdownRuns& formula) {
    constexpr QStringView kEnds = u".,;:!?，。；：！？";
    const auto end = std::find_if_not(run.text.begin(), run.text.end(),
                                      [&](QChar c) { return kEnds.contains(c); });
    const qsizetype length = end - run.text.begin();
    const bool isAlone = length == run.text.size() || isBlank(*end);
    if (length == 0 || !isAlone) return;
    MarkdownRun punctuation = run;
    punctuation.text = run.text.left(length);
    run.text.remove(0, length);
    formula.push_back(std::move(punctuation));
}

}  // namespace

void RunsReader::enter(cmark_node* node) {
    const cmark_node_type type = cmark_node_get_type(node);
    const char* literal = cmark_node_get_literal(node);
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
        if (isInFormula_) {
            formula_ += u'\n';
            return;
        }
        add(QString(QChar(QChar::LineSeparator)));
    } else if (type == CMARK_NODE_CODE) {
        add(unveil(QString::fromUtf8(literal)), MarkdownRun::Code);
    } else if (type == CMARK_NODE_FOOTNOTE_REFERENCE) {
        add(QStringLiteral("[%1]").arg(QString::fromUtf8(literal)), MarkdownRun::Raised);
    } else if (type == CMARK_NODE_STRONG) {
        ++strong_;
    } else if (type == CMARK_NODE_EMPH) {
        ++emphasis_;
    } else if (isStruck(node)) {
        ++struck_;
    } else if (type == CMARK_NODE_LINK) {
        link_ = targetOf(node);
        linkBegin_ = runs_.size();
    } else if (type == CMARK_NODE_IMAGE) {
        beginPicture();
    } else if (literal != nullptr) {
        addText(QString::fromUtf8(literal));
    }
}

void RunsReader::addText(QString veiled) {
    for (;;) {
        const qsizetype edge = veiled.indexOf(QChar(isInFormula_ ? kFormulaEnd : kFormulaBegin));
        const QString text = unveil(veiled.left(edge < 0 ? veiled.size() : edge));
        if (isInFormula_) {
            formula_ += text;
        } else {
            add(text);
        }
        if (edge < 0) return;
        veiled = veiled.mid(edge + 1);
        if (isInFormula_)
            endFormula();
        else
            isInFormula_ = true;
    }
}

// One that cannot be laid out is text.
void RunsReader::endFormula() {
    isInFormula_ = false;
    QString source = std::exchange(formula_, {});
    if (!Formula::isReadable(source)) {
        add(source.replace(u'\n', QChar(QChar::LineSeparator)));
        return;
    }
    const int style = styleOfNow() | MarkdownRun::Formula;
    runs_.push_back({std::move(source), style, {}});
}

void RunsReader::exit(cmark_node* node) {
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_STRONG) {
        --strong_;
    } else if (type == CMARK_NODE_EMPH) {
        --emphasis_;
    } else if (isStruck(node)) {
        --struck_;
    } else if (type == CMARK_NODE_LINK) {
        endLink(node);
    } else if (type == CMARK_NODE_IMAGE) {
        endPicture(node);
    }
}

int RunsReader::styleOfNow() const {
    return (strong_ > 0 ? MarkdownRun::Strong : 0) | (emphasis_ > 0 ? MarkdownRun::Emphasis : 0) |
           (struck_ > 0 ? MarkdownRun::Struck : 0) | (pictures_ > 0 ? MarkdownRun::Quiet : 0);
}

void RunsReader::add(const QString& text, int style) {
    if (text.isEmpty()) return;
    MarkdownRun run;
    run.text = text;
    run.style = style | styleOfNow();
    const bool isInLink = !link_.isEmpty() && runs_.size() == linkBegin_;
    if (!runs_.empty() && runs_.back().style == run.style && !isInLink &&
        runs_.back().link.isEmpty()) {
        runs_.back().text += run.text;
    } else {
        runs_.push_back(std::move(run));
    }
}

void RunsReader::endLink(cmark_node* node) {
    const QString target = targetOf(node);
    link_.clear();
    QString text;
    for (size_t i = linkBegin_; i < runs_.size(); ++i)
        text += runs_[i].text;
    const bool isBare = !text.isEmpty() && target.endsWith(text) &&
                        linkBegin_ + 1 == runs_.size() && bareLength(text) < text.size();
    if (!isOpenable(target)) {
        if (!target.isEmpty() && target != text) {
            runs_.push_back({QStringLiteral(" (%1)").arg(target), MarkdownRun::Quiet, {}});
        }
    } else if (isBare) {
        MarkdownRun rest = runs_.back();
        const qsizetype length = bareLength(text);
        runs_.back().text = text.left(length);
        runs_.back().link = target.chopped(text.size() - length);
        rest.text = text.mid(length);
        runs_.push_back(std::move(rest));
    } else {
        for (size_t i = linkBegin_; i < runs_.size(); ++i)
            runs_[i].link = target;
        if (isDisguise(text, target))
            runs_.push_back({QStringLiteral(" (%1)").arg(target), MarkdownRun::Quiet, {}});
    }
}

void RunsReader::beginPicture() {
    ++pictures_;
    add(QStringLiteral("["));
    pictureBegin_ = runs_.empty() ? 0 : static_cast<size_t>(runs_.back().text.size());
}

void RunsReader::endPicture(cmark_node* node) {
    const bool isNameless =
        !runs_.empty() && static_cast<size_t>(runs_.back().text.size()) == pictureBegin_;
    if (isNameless) add(targetOf(node));
    add(QStringLiteral("]"));
    --pictures_;
}

MarkdownRuns RunsReader::take() {
    if (isInFormula_) endFormula();
    link_.clear();
    return std::exchange(runs_, {});
}

std::vector<MarkdownRuns> piecesOf(MarkdownRuns runs) {
    std::vector<MarkdownRuns> pieces(1);
    qsizetype length = 0;
    for (MarkdownRun& run : runs) {
        if (run.style & MarkdownRun::Formula) {
            pieces.back().push_back(std::move(run));
            continue;
        }
        while (length + run.text.size() > kLongestPiece) {
            qsizetype cut = kLongestPiece - length;
            if (cut > 0 && run.text[cut - 1].isHighSurrogate()) --cut;
            MarkdownRun head = run;
            head.text = run.text.left(cut);
            if (cut > 0) pieces.back().push_back(std::move(head));
            run.text = run.text.mid(cut);
            pieces.emplace_back();
            length = 0;
        }
        length += run.text.size();
        if (!run.text.isEmpty()) pieces.back().push_back(std::move(run));
    }
    if (pieces.size() > 1 && pieces.back().empty()) pieces.pop_back();
    return pieces;
}

bool isDisplay(const MarkdownRun& run) {
    return (run.style & MarkdownRun::Formula) != 0 && Formula::isDisplay(run.text);
}

std::vector<MarkdownRuns> aroundDisplays(MarkdownRuns runs) {
    std::vector<MarkdownRuns> lines(1);
    bool isBehind = false;  // a formula on a line of its own
    for (MarkdownRun& run : runs) {
        if (isDisplay(run)) {
            trimEnd(lines.back());
            if (!lines.back().empty()) lines.emplace_back();
            lines.back().push_back(std::move(run));
            isBehind = true;
            continue;
        }
        if (std::exchange(isBehind, false)) {
            takePunctuation(run, lines.back());
            trimBegin(run.text);
            if (run.text.isEmpty()) {
                isBehind = true;
                continue;
            }
            lines.emplace_back();
        }
        lines.back().push_back(std::move(run));
    }
    return lines;
}

}  // namespace dsm
