// What takes the model away from replies that are being written asks first.
//
// Threads  Main thread.
#pragma once

#include <QString>
#include <functional>

class QWidget;

namespace dsm {

class ChatService;
class ModelHost;

// Does it at once where no reply is being written, else once the user has agreed to end it. `yes`
// is the answer that does.
void endReplies(QWidget* over, const ChatService& chat, const ModelHost& host,
                const QString& question, const QString& yes, std::function<void()> then);

}  // namespace dsm
