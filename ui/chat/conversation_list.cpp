#include "ui/chat/conversation_list.h"

#include <QKeyEvent>

#include "ui/widgets/typing_focus.h"

namespace dsm {

void ConversationList::keyPressEvent(QKeyEvent* event) {
    if (writesText(*event)) return event->ignore();
    QListView::keyPressEvent(event);
}

// Not the one of QAbstractItemView, which makes the first row the current one.
void ConversationList::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

}  // namespace dsm
