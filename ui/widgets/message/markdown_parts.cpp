#include "ui/widgets/message/markdown_parts.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <QRegularExpression>
#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "ui/widgets/message/markdown_limits.h"
#include "ui/widgets/message/markdown_runs.h"
#include "ui/widgets/message/markdown_tables.h"
#include "ui/widgets/message/markdown_veil.h"

namespace dsm {
namespace {

struct FreeNode {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct FreeIterator {
    void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};
struct FreeParser {
    void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
};
using Node = std::unique_ptr<cmark_node, FreeNode>;

// A table of more cells takes longer to lay out than a frame has.
constexpr size_t kMostTableCells = 1'200;
// Each is a widget.
constexpr std::ptrdiff_t kMostCodeBlocks = 150;

Node parse(const QString& source, bool hasFootnotes) {
    cmark_gfm_core_extensions_ensure_registered();
    const std::unique_ptr<cmark_parser, FreeParser> parser(cmark_parser_new(
        CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE | (hasFootnotes ? CMARK_OPT_FOOTNOTES : 0)));
    for (const char* name : {"table", "strikethrough", "autolink", "tasklist"}) {
        if (cmark_syntax_extension* extension = cmark_find_syntax_extension(name))
            cmark_parser_attach_syntax_extension(parser.get(), extension);
    }
    const QString veiled = veilMarkdown(veilPipesInCode(source));
    const QByteArray bytes = (hasFootnotes ? veiled : veilFootnotes(veiled)).toUtf8();
    cmark_parser_feed(parser.get(), bytes.constData(), static_cast<size_t>(bytes.size()));
    return Node(cmark_parser_finish(parser.get()));
}

// The kinds of nodes that extensions add have no constants, only names.
bool isA(cmark_node* node, std::string_view name) {
    return cmark_node_get_type_string(node) == name;
}

bool isInline(cmark_node* node) {
    return (cmark_node_get_type(node) & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_INLINE;
}

QString withPlainLineEnds(QString text) {
    if (!text.contains(u'\r')) return text;
    return text.replace(QLatin1String("\r\n"), QLatin1String("\n")).replace(u'\r', u'\n');
}

qsizetype footnotesIn(cmark_node* document) {
    qsizetype footnotes = 0;
    for (cmark_node* node = cmark_node_last_child(document);
         node != nullptr && cmark_node_get_type(node) == CMARK_NODE_FOOTNOTE_DEFINITION;
         node = cmark_node_previous(node))
        ++footnotes;
    return footnotes;
}

// cmark drops what a footnote says that nothing refers to: then all stay as they are written.
Node parseWithFootnotes(const QString& source) {
    static const QRegularExpression definition(QStringLiteral("^[ >*+-]*\\[\\^[^\\]\\s]+\\]:"),
                                               QRegularExpression::MultilineOption);
    const qsizetype written = source.contains(QLatin1String("[^")) ? source.count(definition) : 0;
    if (written == 0) return parse(source, false);
    Node document = parse(source, true);
    return footnotesIn(document.get()) == written ? std::move(document) : parse(source, false);
}

QString literalOf(cmark_node* node) {
    return unveil(QString::fromUtf8(cmark_node_get_literal(node)));
}

// Walks the tree without recursion, so that its depth costs no stack.
class PartsReader {
  public:
    MarkdownParts read(cmark_node* document) {
        const std::unique_ptr<cmark_iter, FreeIterator> iterator(cmark_iter_new(document));
        for (;;) {
            const cmark_event_type event = cmark_iter_next(iterator.get());
            if (event == CMARK_EVENT_DONE) return std::move(parts_);
            cmark_node* node = cmark_iter_get_node(iterator.get());
            if (event == CMARK_EVENT_ENTER) {
                enter(node);
            } else {
                exit(node);
            }
        }
    }

  private:
    struct List {
        bool isOrdered = false;
        bool isTight = false;
        QChar delimiter;
        int next = 1;
    };

    void enter(cmark_node* node) {
        const cmark_node_type type = cmark_node_get_type(node);
        if (isInline(node)) {
            runs_.enter(node);
        } else if (type == CMARK_NODE_BLOCK_QUOTE) {
            flushMark();
            containers_.push_back(0);
        } else if (type == CMARK_NODE_LIST) {
            enterList(node);
        } else if (type == CMARK_NODE_ITEM) {
            flushMark();
            mark_ = nextMark(node);
        } else if (type == CMARK_NODE_FOOTNOTE_DEFINITION) {
            enterFootnote();
        } else if (type == CMARK_NODE_CODE_BLOCK) {
            addCode(node);
        } else if (type == CMARK_NODE_HTML_BLOCK) {
            addHtml(node);
        } else if (type == CMARK_NODE_THEMATIC_BREAK) {
            flushMark();
            add(MarkdownPart::Kind::Rule);
        } else if (isA(node, "table")) {
            enterTable(node);
        } else if (isA(node, "table_row") || isA(node, "table_header")) {
            parts_.back().rows.emplace_back();
        }
    }

    void exit(cmark_node* node) {
        const cmark_node_type type = cmark_node_get_type(node);
        if (isInline(node)) {
            runs_.exit(node);
        } else if (type == CMARK_NODE_PARAGRAPH) {
            addText(MarkdownPart::Kind::Paragraph, 0);
        } else if (type == CMARK_NODE_HEADING) {
            addText(MarkdownPart::Kind::Heading, cmark_node_get_heading_level(node));
        } else if (isA(node, "table_cell")) {
            parts_.back().rows.back().push_back(runs_.take());
        } else if (isA(node, "table")) {
            endTable();
        } else if (type == CMARK_NODE_FOOTNOTE_DEFINITION) {
            flushMark();
            containers_.pop_back();
        } else if (type == CMARK_NODE_BLOCK_QUOTE) {
            containers_.pop_back();
        } else if (type == CMARK_NODE_LIST) {
            containers_.pop_back();
            lists_.pop_back();
        } else if (type == CMARK_NODE_ITEM) {
            flushMark();
        }
    }

    void enterList(cmark_node* node) {
        flushMark();
        List list;
        list.isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
        list.isTight = cmark_node_get_list_tight(node) != 0;
        list.delimiter = cmark_node_get_list_delim(node) == CMARK_PAREN_DELIM ? u')' : u'.';
        list.next = cmark_node_get_list_start(node);
        int width = 1;
        if (list.isOrdered) {
            int items = 0;
            for (cmark_node* item = cmark_node_first_child(node); item != nullptr;
                 item = cmark_node_next(item))
                ++items;
            width = 1 + static_cast<int>(QString::number(qint64(list.next) + items - 1).size());
        }
        lists_.push_back(list);
        containers_.push_back(width);
    }

    QString nextMark(cmark_node* item) {
        List& list = lists_.back();
        if (isA(item, "tasklist")) {
            const bool isDone = cmark_gfm_extensions_get_tasklist_item_checked(item);
            return isDone ? QStringLiteral("☑") : QStringLiteral("☐");
        }
        if (list.isOrdered) return QString::number(list.next++) + list.delimiter;
        static constexpr char16_t kBullets[] = {u'•', u'◦', u'▪'};
        return QChar(kBullets[std::min<size_t>(lists_.size() - 1, 2)]);
    }

    // Below a rule, in the order of their numbers.
    void enterFootnote() {
        if (footnotes_ == 0) add(MarkdownPart::Kind::Rule);
        mark_ = QString::number(++footnotes_) + u'.';
        containers_.push_back(static_cast<int>(mark_.size()));
    }

    MarkdownPart& add(MarkdownPart::Kind kind) {
        MarkdownPart part;
        part.kind = kind;
        part.containers = containers_;
        part.isClose = !lists_.empty() && lists_.back().isTight;
        part.mark = std::exchange(mark_, {});
        parts_.push_back(std::move(part));
        return parts_.back();
    }

    // An item that does not begin with text has a line for its mark.
    void flushMark() {
        if (!mark_.isEmpty()) add(MarkdownPart::Kind::Paragraph);
    }

    void addText(MarkdownPart::Kind kind, int level) {
        if (kind == MarkdownPart::Kind::Heading) return addRuns(kind, level, runs_.take());
        for (MarkdownRuns& lines : aroundDisplays(runs_.take())) {
            const bool isFormula = !lines.empty() && isDisplay(lines.front());
            if (isFormula) flushMark();
            addRuns(isFormula ? MarkdownPart::Kind::Formula : kind, level, std::move(lines));
        }
    }

    void addRuns(MarkdownPart::Kind kind, int level, MarkdownRuns runs) {
        bool isFirst = true;
        for (MarkdownRuns& piece : piecesOf(std::move(runs))) {
            MarkdownPart& part = add(kind);
            part.level = level;
            part.runs = std::move(piece);
            part.continues = !std::exchange(isFirst, false);
        }
    }

    void addCode(cmark_node* node) {
        flushMark();
        MarkdownPart& part = add(MarkdownPart::Kind::Code);
        const QString info = unveil(QString::fromUtf8(cmark_node_get_fence_info(node)));
        part.language = info.section(QLatin1Char(' '), 0, 0);
        part.code = literalOf(node);
        if (part.code.endsWith(u'\n')) part.code.chop(1);
    }

    void addHtml(cmark_node* node) {
        QString text = literalOf(node);
        while (text.endsWith(u'\n'))
            text.chop(1);
        runs_.add(text.replace(u'\n', QChar(QChar::LineSeparator)));
        addText(MarkdownPart::Kind::Paragraph, 0);
    }

    void enterTable(cmark_node* node) {
        flushMark();
        MarkdownPart& part = add(MarkdownPart::Kind::Table);
        const int columns = cmark_gfm_extensions_get_table_columns(node);
        const uint8_t* alignments = cmark_gfm_extensions_get_table_alignments(node);
        for (int column = 0; column < columns; ++column) {
            const uint8_t letter = alignments[column];
            part.columns.push_back(letter == 'r'   ? Qt::AlignRight
                                   : letter == 'c' ? Qt::AlignHCenter
                                                   : Qt::AlignLeft);
        }
    }

    void endTable() {
        MarkdownPart& part = parts_.back();
        if (part.rows.size() * part.columns.size() <= kMostTableCells) return;
        for (const std::vector<MarkdownRuns>& row : part.rows) {
            for (const MarkdownRuns& cell : row) {
                part.code += QLatin1String("| ");
                for (const MarkdownRun& run : cell)
                    part.code += run.text;
                part.code += u' ';
            }
            part.code += QLatin1String("|\n");
        }
        part.code.chop(1);
        part.kind = MarkdownPart::Kind::Code;
        part.language = QStringLiteral("text");
        part.rows.clear();
        part.columns.clear();
    }

    MarkdownParts parts_;
    int footnotes_ = 0;
    MarkdownPart::Containers containers_;
    std::vector<List> lists_;
    QString mark_;
    RunsReader runs_;
};

}  // namespace

MarkdownParts readMarkdown(const QString& source) {
    const QString text = withPlainLineEnds(source);
    if (!isReadableMarkdown(text)) return readPlain(text);
    const Node document = parseWithFootnotes(text);
    MarkdownParts parts = PartsReader().read(document.get());
    const auto blocks = std::count_if(parts.begin(), parts.end(), [](const MarkdownPart& part) {
        return part.kind == MarkdownPart::Kind::Code || part.kind == MarkdownPart::Kind::Table;
    });
    return blocks > kMostCodeBlocks ? readPlain(text) : parts;
}

MarkdownParts readPlain(const QString& source) {
    const QString text = withPlainLineEnds(source);
    MarkdownParts parts;
    if (isLongText(text)) {
        parts.emplace_back();
        parts.back().kind = MarkdownPart::Kind::LongText;
        parts.back().code = text;
        return parts;
    }
    qsizetype at = 0;
    do {
        const qsizetype end = text.indexOf(u'\n', at);
        const QString line = text.mid(at, end < 0 ? -1 : end - at);
        bool isFirst = true;
        for (MarkdownRuns& piece : piecesOf({MarkdownRun{line, MarkdownRun::Plain, {}}})) {
            MarkdownPart part;
            part.runs = std::move(piece);
            part.isClose = part.continues = at > 0 || !std::exchange(isFirst, false);
            parts.push_back(std::move(part));
        }
        at = end < 0 ? text.size() + 1 : end + 1;
    } while (at <= text.size());
    return parts;
}

}  // namespace dsm
