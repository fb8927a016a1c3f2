#include "ui/conversation_list.h"

#include <QKeyEvent>

#include "ui/typing_focus.h"

namespace dsm {

void ConversationList::keyPressEvent(QKeyEvent* event) {
    if (writesText(*event)) return event->ignore();
    QListView::keyPressEvent(event);
}

}  // namespace dsm
