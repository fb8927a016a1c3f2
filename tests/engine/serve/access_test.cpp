#include "engine/serve/access.h"

#include <gtest/gtest.h>

namespace dsm {
namespace {

const AccessRules kOpen{
    .hosts = {"localhost", "127.0.0.1", "[::1]"}, .origins = {"http://localhost:3000"}, .key = ""};

TEST(Access, IsForThoseWhoCallItByItsName) {
    for (const char* host : {"localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080", "[::1]"})
        EXPECT_EQ(judgeAccess(kOpen, host, "", "", false), Access::Allowed) << host;
    for (const char* host : {"", "evil.example", "evil.example:8080", "localhost.evil.example",
                             "127.0.0.1.evil.example", "[::2]:8080", ":8080", "[::1"})
        EXPECT_EQ(judgeAccess(kOpen, host, "", "", false), Access::WrongHost) << host;
}

TEST(Access, IsForPagesOnTheList) {
    EXPECT_EQ(judgeAccess(kOpen, "localhost", "http://localhost:3000", "", false), Access::Allowed);
    for (const char* origin : {"http://localhost:3001", "https://localhost:3000", "null",
                               "http://localhost:3000.evil.example"})
        EXPECT_EQ(judgeAccess(kOpen, "localhost", origin, "", false), Access::WrongOrigin)
            << origin;
}

TEST(Access, NeedsTheWholeKey) {
    AccessRules rules = kOpen;
    rules.key = "secret";
    const auto judged = [&](const char* given) {
        return judgeAccess(rules, "localhost", "", given, false);
    };
    EXPECT_EQ(judged("Bearer secret"), Access::Allowed);
    EXPECT_EQ(judged("bearer secret"), Access::Allowed);
    for (const char* given :
         {"", "secret", "Bearer", "Bearer ", "Bearer secre", "Bearer secret ", "Basic secret"})
        EXPECT_EQ(judged(given), Access::WrongKey) << given;
    // A browser asks without it whether it may ask.
    EXPECT_EQ(judgeAccess(rules, "localhost", "http://localhost:3000", "", true), Access::Allowed);
    EXPECT_EQ(judgeAccess(rules, "localhost", "http://evil.example", "", true),
              Access::WrongOrigin);
}

TEST(Access, KnowsWhatThisComputerAloneHears) {
    for (const char* host : {"127.0.0.1", "127.1.2.3", "localhost", "::1"})
        EXPECT_TRUE(isLoopback(host)) << host;
    for (const char* host : {"0.0.0.0", "::", "192.168.1.2", "example.com", ""})
        EXPECT_FALSE(isLoopback(host)) << host;
}

}  // namespace
}  // namespace dsm
