// How an attached document and what is read of it are worded.
//
// Threads  Main thread (translations).
#pragma once

#include "app/services/chat/attachment.h"

namespace dsm {

// Its name, how long it is, and what of it the model reads, where that is known.
QString presentAttachment(const Attachment& attachment);

}  // namespace dsm
