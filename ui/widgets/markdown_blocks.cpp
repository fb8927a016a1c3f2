#include "ui/widgets/markdown_blocks.h"

namespace dsm {
namespace {

struct Line {
    QStringView text;  // without its line end
    qsizetype begin = 0;
    qsizetype next = 0;  // where the next line begins
};

struct Fence {
    QChar mark;
    qsizetype length = 0;  // 0: the line is no fence
    qsizetype indent = 0;
    QStringView info;
};

Line lineAt(QStringView source, qsizetype begin) {
    const qsizetype end = source.indexOf(u'\n', begin);
    if (end < 0) return {source.mid(begin), begin, source.size()};
    QStringView text = source.mid(begin, end - begin);
    if (text.endsWith(u'\r')) text.chop(1);
    return {text, begin, end + 1};
}

qsizetype indentOf(QStringView line) {
    qsizetype indent = 0;
    while (indent < line.size() && (line[indent] == u' ' || line[indent] == u'\t'))
        ++indent;
    return indent;
}

bool isBlank(QStringView line) {
    return indentOf(line) == line.size();
}

Fence fenceOf(QStringView line) {
    Fence fence;
    fence.indent = indentOf(line);
    const QStringView rest = line.mid(fence.indent);
    if (rest.isEmpty() || (rest[0] != u'`' && rest[0] != u'~')) return fence;
    qsizetype length = 0;
    while (length < rest.size() && rest[length] == rest[0])
        ++length;
    const QStringView info = rest.mid(length).trimmed();
    if (length < 3 || (rest[0] == u'`' && info.contains(u'`'))) return fence;
    fence.mark = rest[0];
    fence.length = length;
    fence.info = info;
    return fence;
}

bool isListItem(QStringView line) {
    const QStringView rest = line.mid(indentOf(line));
    if (rest.size() < 2) return false;
    if ((rest[0] == u'-' || rest[0] == u'*' || rest[0] == u'+') && rest[1] == u' ') return true;
    qsizetype digits = 0;
    while (digits < rest.size() && rest[digits] >= u'0' && rest[digits] <= u'9')
        ++digits;
    return digits > 0 && digits < 10 && digits + 1 < rest.size() &&
           (rest[digits] == u'.' || rest[digits] == u')') && rest[digits + 1] == u' ';
}

// Whether characters that are still to come can make an item of the list of it.
bool mayBecomeListItem(QStringView unfinishedLine) {
    const QStringView rest = unfinishedLine.mid(indentOf(unfinishedLine));
    if (rest == u"-" || rest == u"*" || rest == u"+") return true;
    qsizetype digits = 0;
    while (digits < rest.size() && rest[digits] >= u'0' && rest[digits] <= u'9')
        ++digits;
    const QStringView tail = rest.mid(digits);
    return digits > 0 && digits < 10 && (tail.isEmpty() || tail == u"." || tail == u")");
}

// Reads a code block whose opening fence is `open`; returns where the next block begins.
qsizetype readCode(QStringView source, const Line& first, const Fence& open,
                   std::vector<MarkdownBlock>& blocks) {
    MarkdownBlock block;
    block.kind = MarkdownBlock::Kind::Code;
    block.offset = first.begin;
    const qsizetype languageEnd = open.info.indexOf(u' ');
    block.language = open.info.left(languageEnd < 0 ? open.info.size() : languageEnd).toString();
    qsizetype at = first.next;
    while (at < source.size()) {
        const Line line = lineAt(source, at);
        at = line.next;
        const Fence fence = fenceOf(line.text);
        if (fence.length >= open.length && fence.mark == open.mark && fence.info.isEmpty()) {
            block.isClosed = true;
            break;
        }
        if (!block.text.isEmpty() || line.begin > first.next) block.text += u'\n';
        block.text += line.text.mid(std::min(indentOf(line.text), open.indent));
    }
    blocks.push_back(std::move(block));
    return at;
}

// Reads text up to a fence or to a blank line after which something else begins.
qsizetype readText(QStringView source, qsizetype begin, std::vector<MarkdownBlock>& blocks) {
    MarkdownBlock block;
    block.offset = begin;
    const bool isList = isListItem(lineAt(source, begin).text);
    qsizetype end = begin;
    bool afterBlank = false;
    while (end < source.size()) {
        const Line line = lineAt(source, end);
        if (fenceOf(line.text).length > 0) break;
        const bool blank = isBlank(line.text);
        if (!blank && afterBlank) {
            const bool isUnfinished = source.indexOf(u'\n', line.begin) < 0;
            const bool belongs = isList && (indentOf(line.text) > 0 || isListItem(line.text) ||
                                            (isUnfinished && mayBecomeListItem(line.text)));
            if (!belongs) break;
        }
        afterBlank = blank;
        end = line.next;
    }
    block.text = source.mid(begin, end - begin).toString();
    blocks.push_back(std::move(block));
    return end;
}

}  // namespace

std::vector<MarkdownBlock> splitMarkdown(QStringView source, qsizetype offset) {
    std::vector<MarkdownBlock> blocks;
    while (offset < source.size()) {
        const Line line = lineAt(source, offset);
        if (isBlank(line.text)) {
            offset = line.next;
            continue;
        }
        const Fence fence = fenceOf(line.text);
        offset = fence.length > 0 ? readCode(source, line, fence, blocks)
                                  : readText(source, offset, blocks);
    }
    return blocks;
}

}  // namespace dsm
