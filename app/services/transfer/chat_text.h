// A chat as a text for people: Markdown, or a page of HTML that needs nothing beside itself.
//
// The branch that is shown, with times and models. In HTML no raw HTML of a message is kept and no
// address but of the web and of mail is a link.
//
// Threads  Any.
#pragma once

#include <QByteArray>

#include "app/services/chat/chat_record.h"

namespace dsm {

QByteArray toMarkdown(const ChatRecord& chat);
// `printed`: without colours of its own for the background, for paper and PDF.
QByteArray toHtml(const ChatRecord& chat, bool printed = false);

}  // namespace dsm
