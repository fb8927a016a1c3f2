// The tables of the full-text index: part of the first step of the history's schema, and can be
// made anew alone (search_index.h). A macro, since the step is one literal.
#pragma once

// Mn, Mc: vowels and tones of Thai, Hindi and others are marks to Unicode and belong to the word;
// the selectors that say how an emoji is drawn, U+FE0E and U+FE0F, do not.
#define DSM_INDEX_TOKENIZER                                                   \
    " tokenize = \"unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'" \
    " separators '\uFE0E\uFE0F'\""

// A last word that is unfinished: without its beginnings the lists of all words that begin so are put
// together first, which took 94 to 123 ms of 100,000 messages, with them less than 1 (2 cores, December 2026). Longer
// ones begin few words.
#define DSM_INDEX_PREFIXES " prefix = '1 2 3 4'"

// rowid is the message's and the conversation's id; text is prepared by search_text.h.
#define DSM_INDEX_TABLES                                                       \
    "CREATE VIRTUAL TABLE message_index USING fts5 (text," DSM_INDEX_TOKENIZER \
    "," DSM_INDEX_PREFIXES                                                     \
    ");"                                                                       \
    "CREATE VIRTUAL TABLE title_index USING fts5 (text," DSM_INDEX_TOKENIZER   \
    "," DSM_INDEX_PREFIXES ");"
