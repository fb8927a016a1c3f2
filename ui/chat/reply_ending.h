// What takes the model away from replies and texts that are being written asks first.
//
// Threads  Main thread.
#pragma once

#include <QString>
#include <functional>

class QWidget;

namespace dsm {

class ChatService;
class TextGenerator;
class TextService;

struct Writers {
    const ChatService& chat;
    const TextService& texts;
    const TextGenerator& writer;
};

// Does it at once where nothing is being written, else once the user has agreed to end it. `yes`
// is the answer that does.
void endReplies(QWidget* over, const Writers& writers, const QString& question, const QString& yes,
                std::function<void()> then);

}  // namespace dsm
