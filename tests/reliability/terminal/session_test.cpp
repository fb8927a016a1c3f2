// Broken variants of session files, and of texts that a terminal is shown.
#include "app/cli/session.h"

#include <gtest/gtest.h>

#include "engine/text/utf8.h"
#include "engine/text/visible_text.h"
#include "tests/support/attack.h"
#include "tests/support/mutation.h"
#include "tests/support/temporary_folder.h"

namespace dsm::cli {
namespace {

using Role = ChatRole;

const std::vector<ChatMessage> kConversation{
    {Role::System, "Be brief.", {}},
    {Role::User, "What is \xE6\xB7\xB7\xE5\x90\x88?", {}},
    {Role::Assistant, " A mixture.\n\"Many\" parts.", {5, 77, 1020, 3}},
    {Role::User, "Left without a reply", {}},
    {Role::User, "And now?", {}},
    {Role::Assistant, "", {}}};

class SessionFile : public testing::Test {
  protected:
    void use(const std::string& broken) {
        folder_.write("session.json", broken);
        const auto read = readSession(path_);
        ASSERT_EQ(contentOf(path_), broken);
        if (!read) {
            ++refused_;
            ASSERT_NE(read.error().message.find(path_.string()), std::string::npos)
                << read.error().message;
            return;
        }
        // Nothing of what was read is lost when it is written again.
        ASSERT_TRUE(writeSession(path_, *read).has_value());
        const auto again = readSession(path_);
        ASSERT_TRUE(again.has_value()) << again.error().message;
        ASSERT_EQ(again->size(), read->size());
        for (std::size_t i = 0; i < read->size(); ++i) {
            ASSERT_EQ((*again)[i].role, (*read)[i].role);
            ASSERT_EQ((*again)[i].content, (*read)[i].content);
            ASSERT_EQ((*again)[i].ids, (*read)[i].ids);
        }
    }

    const TemporaryFolder folder_{fastFolder()};
    const std::filesystem::path path_ = folder_ / "session.json";
    std::uint64_t refused_ = 0;
};

TEST_F(SessionFile, BrokenVariantsAreRefusedByNameAndLeftAlone) {
    ASSERT_TRUE(writeSession(path_, kConversation).has_value());
    const std::string good = contentOf(path_);
    Attack("session", 500)
        .walk([&](std::uint64_t seed) { return Mutation(seed)(good); },
              [&](const std::string& variant) {
                  use(variant);
                  return !HasFailure();
              });
    EXPECT_GT(refused_, 0U);
}

void expectHarmless(const std::string& text) {
    VisibleText whole;
    std::string shown = whole.push(text);
    shown += whole.finish();
    VisibleText parts;  // a character may come in pieces
    std::string pieces;
    for (const char byte : text)
        pieces += parts.push({&byte, 1});
    pieces += parts.finish();
    ASSERT_EQ(pieces, shown);
    ASSERT_EQ(validUtf8Prefix(shown), shown.size());
    for (std::string_view rest = shown; !rest.empty();) {
        const Utf8Character c = readUtf8(rest);
        const bool isSafe = c.codePoint == '\t' || c.codePoint == '\n' ||
                            (c.codePoint >= 0x20 && c.codePoint < 0x7f) || c.codePoint >= 0xa0;
        ASSERT_TRUE(isSafe) << static_cast<unsigned>(c.codePoint);
        rest.remove_prefix(c.sizeBytes);
    }
}

TEST(VisibleText, OfRandomBytesNeverCommandsATerminal) {
    const std::string good =
        "plain \t\n \xC2\x9B"
        "31m \x1b[2J \xE2\x80\xAE"
        "abc \xE6\xB7\xB7 \x7f\r\b";
    Attack("terminal", 3000)
        .walk([&](std::uint64_t seed) { return Mutation(seed)(good); },
              [&](const std::string& variant) {
                  expectHarmless(variant);
                  return !testing::Test::HasFailure();
              });
}

TEST(VisibleText, WritesOutWhatCommandsATerminalAndNothingElse) {
    const auto shown = [](std::string_view text) {
        VisibleText visible;
        const std::string shownFirst = visible.push(text);
        return shownFirst + visible.finish();
    };
    EXPECT_EQ(shown("a\tb\nc \\x1b"), "a\tb\nc \\x1b");
    EXPECT_EQ(shown("\x1b[31m\r\x07\x7f"), "\\x1b[31m\\x0d\\x07\\x7f");
    EXPECT_EQ(shown("\xC2\x9B"
                    "1m"),
              "\\u009b1m");
    EXPECT_EQ(shown("\xE2\x80\xAE"
                    "evil\xE2\x81\xA9"),
              "\\u202eevil\\u2069");
    EXPECT_EQ(shown("\x9B"
                    "1m\xE6\xB7"),
              "\\x9b1m\\xe6\\xb7");
    EXPECT_EQ(shown("\xE6\xB7\xB7\xE5\x90\x88 \xF0\x9F\x98\x80"),
              "\xE6\xB7\xB7\xE5\x90\x88 \xF0\x9F\x98\x80");
}

}  // namespace
}  // namespace dsm::cli
