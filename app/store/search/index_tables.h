// The tables of the full-text index: part of the first step of the history's schema, and can be
// made anew alone (search_index.h). A macro, since the step is one literal.
#pragma once

// Mn, Mc: vowels and tones of Thai, Hindi and others are marks to Unicode and belong to the word;
// the selectors that say how an emoji is drawn, U+FE0E and U+FE0F, do not.
#define DSM_INDEX_TOKENIZER                                                   \
    " tokenize = \"unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'" \
    " separators '\uFE0E\uFE0F'\""

// rowid is the message's and the conversation's id; text is prepared by search_text.h.
#define DSM_INDEX_TABLES                                                       \
    "CREATE VIRTUAL TABLE message_index USING fts5 (text," DSM_INDEX_TOKENIZER \
    ");"                                                                       \
    "CREATE VIRTUAL TABLE title_index USING fts5 (text," DSM_INDEX_TOKENIZER ");"
