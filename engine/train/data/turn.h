// Turn: what one side says in a conversation of a data set.
#pragma once

#include <string>

#include "engine/text/chat_values.h"

namespace dsm {

struct Turn {
    ChatRole role = ChatRole::User;
    std::string content;
    bool isTrained = true;   // of an answer; else it is only read
    bool hasWeight = false;  // the data says of this turn whether it is trained
};

}  // namespace dsm
