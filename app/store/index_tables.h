// The tables of the full-text index: part of the first step of the history's schema, and can be
// made anew alone (search_index.h). A macro, since the step is one literal.
#pragma once

// rowid is the message's and the conversation's id; text is prepared by search_text.h.
#define DSM_INDEX_TABLES                                   \
    "CREATE VIRTUAL TABLE message_index USING fts5 (text," \
    " tokenize = 'unicode61 remove_diacritics 2');"        \
    "CREATE VIRTUAL TABLE title_index USING fts5 (text,"   \
    " tokenize = 'unicode61 remove_diacritics 2');"
