#include "app/services/transfer/chat_text.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <QCoreApplication>
#include <QLocale>
#include <cstdlib>
#include <memory>

namespace dsm {
namespace {

struct ChatText {
    Q_DECLARE_TR_FUNCTIONS(dsm::ChatText)
};

struct FreeParser {
    void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
};
struct FreeNode {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
};

constexpr const char* kScreenStyle =
    "body{max-width:46rem;margin:2rem auto;padding:0 1rem;line-height:1.55;"
    "font-family:system-ui,'Noto Sans','Noto Sans CJK SC',sans-serif;"
    "color:#1c1c1e;background:#fff}"
    ".user{background:#f1f2f5;border-radius:.8rem;padding:.1rem 1rem;margin:1rem 0}"
    ".who{color:#6b6f76;font-size:.85rem;margin:1.2rem 0 .2rem}"
    "pre{background:#f6f7f9;padding:.8rem;border-radius:.5rem;overflow-x:auto}"
    "code{font-family:ui-monospace,'Noto Sans Mono',monospace;font-size:.92em}"
    "table{border-collapse:collapse}td,th{border:1px solid #d5d8dd;padding:.25rem .6rem}"
    "blockquote{border-left:3px solid #d5d8dd;margin-left:0;padding-left:1rem;color:#4b4f55}"
    "@media(prefers-color-scheme:dark){body{color:#e8e8ea;background:#17181a}"
    ".user{background:#26282c}pre{background:#202226}td,th{border-color:#3c3f45}}";
// What a text document of Qt understands.
constexpr const char* kPrintStyle =
    "body{font-family:'Noto Sans','Noto Sans CJK SC',sans-serif;font-size:10.5pt;color:#000}"
    ".who{color:#555;font-size:8.5pt;margin-top:14px;margin-bottom:2px}"
    "pre{background-color:#f3f3f5;font-family:'Noto Sans Mono',monospace;font-size:9pt}"
    "code{font-family:'Noto Sans Mono',monospace;font-size:9.5pt}";

QString whoIs(const MessageRecord& message) {
    if (message.role == ChatRole::User) return ChatText::tr("You");
    return message.modelName.isEmpty() ? ChatText::tr("Reply") : message.modelName;
}

QString timeOf(const QDateTime& time) {
    return time.isValid() ? QLocale().toString(time, QLocale::ShortFormat) : QString();
}

QString headOf(const MessageRecord& message) {
    const QString time = timeOf(message.created);
    QString head = time.isEmpty() ? whoIs(message) : whoIs(message) + QStringLiteral(" · ") + time;
    if (!message.isWhole) head += QStringLiteral(" · ") + ChatText::tr("not finished");
    return head;
}

// A mark of Markdown in a name is one of its letters.
QString escaped(const QString& text) {
    QString result;
    for (const QChar c : text) {
        if (QStringLiteral("\\`*_{}[]<>#|&").contains(c)) result += u'\\';
        result += c;
    }
    return result;
}

QByteArray renderMarkdown(const QString& text) {
    cmark_gfm_core_extensions_ensure_registered();
    constexpr int kOptions = CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8;  // and safe
    const std::unique_ptr<cmark_parser, FreeParser> parser(cmark_parser_new(kOptions));
    for (const char* name : {"table", "strikethrough", "autolink", "tasklist"}) {
        if (cmark_syntax_extension* extension = cmark_find_syntax_extension(name))
            cmark_parser_attach_syntax_extension(parser.get(), extension);
    }
    const QByteArray bytes = text.toUtf8();
    cmark_parser_feed(parser.get(), bytes.constData(), static_cast<size_t>(bytes.size()));
    const std::unique_ptr<cmark_node, FreeNode> document(cmark_parser_finish(parser.get()));
    const std::unique_ptr<char, decltype(&std::free)> html(
        cmark_render_html(document.get(), kOptions,
                          cmark_parser_get_syntax_extensions(parser.get())),
        &std::free);
    return QByteArray(html.get());
}

// A person's message is shown as it was typed.
QByteArray renderPlain(const QString& text) {
    QString html = text.toHtmlEscaped();
    html.replace(u'\n', QStringLiteral("<br>\n"));
    return "<p>" + html.toUtf8() + "</p>\n";
}

}  // namespace

QByteArray toMarkdown(const ChatRecord& chat) {
    QString text = QStringLiteral("# ") + escaped(chat.title.simplified()) + QStringLiteral("\n\n");
    if (!chat.systemPrompt.isEmpty()) {
        text += QStringLiteral("**") + ChatText::tr("System text") + QStringLiteral(":** ") +
                chat.systemPrompt + QStringLiteral("\n\n");
    }
    for (const MessageRecord& message : shownBranch(chat)) {
        text += QStringLiteral("## ") + escaped(headOf(message)) + QStringLiteral("\n\n") +
                message.text.trimmed() + QStringLiteral("\n\n");
    }
    return text.toUtf8();
}

QByteArray toHtml(const ChatRecord& chat, bool printed) {
    const QByteArray title = chat.title.simplified().toHtmlEscaped().toUtf8();
    QByteArray html =
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">"
        "<meta http-equiv=\"Content-Security-Policy\""
        " content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>" +
        title + "</title><style>" + (printed ? kPrintStyle : kScreenStyle) +
        "</style></head><body>\n<h1>" + title + "</h1>\n";
    if (!chat.systemPrompt.isEmpty()) {
        html += "<p class=\"who\">" + ChatText::tr("System text").toHtmlEscaped().toUtf8() +
                "</p>\n" + renderPlain(chat.systemPrompt);
    }
    for (const MessageRecord& message : shownBranch(chat)) {
        const bool isUser = message.role == ChatRole::User;
        html += "<p class=\"who\">" + headOf(message).toHtmlEscaped().toUtf8() +
                "</p>\n<div class=\"" + (isUser ? "user" : "reply") + "\">\n" +
                (isUser ? renderPlain(message.text) : renderMarkdown(message.text)) + "</div>\n";
    }
    return html + "</body></html>\n";
}

}  // namespace dsm
