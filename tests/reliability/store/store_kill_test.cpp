// A process that writes chats, makes backups and checks its file meanwhile is killed at random
// moments: whatever it reported as kept is there at the next start, and nothing is damaged.
//
// DSM_KILLS=1000 reliability_store_test --gtest_filter='Kills.*' kills it so often.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "app/store/care/integrity.h"
#include "tests/app/store/store_fixture.h"

namespace dsm {
namespace {

class Kills : public StoreTest {
  protected:
    static int count() {
        const char* asked = std::getenv("DSM_KILLS");
        return asked == nullptr ? 20 : std::atoi(asked);
    }

    // The child: reports the number of each message once it is committed, until it is killed.
    [[noreturn]] void writeForEver(int report) {
        auto opened = ConversationStore::open(file(), clock());
        if (!opened) _exit(1);
        ConversationStore& store = **opened;
        const UpkeepTask everything{.check = true, .backup = true, .index = true};
        const std::jthread upkeep([&] {
            for (;;)
                ConversationStore::keepUp(file(), everything, now_);
        });
        const std::int64_t id = store.createConversation("round", true).value_or(0);
        for (int i = 0;; ++i) {
            auto ids = store.addMessages({question(id, 0, "message " + std::to_string(i)),
                                          reply(id, 0, "", State::Generating)},
                                         kFull);
            if (!ids) _exit(1);
            if (write(report, ids->data(), sizeof(std::int64_t)) < 0) _exit(1);
            StoredMessage growing = reply(id, 0, "partial", State::Generating);
            growing.id = (*ids)[1];
            if (!store.updateReply(growing, kNormal)) _exit(1);
        }
    }

    // The numbers that a child reported before it was killed.
    std::vector<std::int64_t> writeAndKill(useconds_t after) {
        int ends[2];
        if (pipe(ends) != 0) return {};
        const pid_t child = fork();
        if (child == 0) {
            close(ends[0]);
            writeForEver(ends[1]);
        }
        close(ends[1]);
        usleep(after);
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself";
        std::vector<std::int64_t> ids;
        std::int64_t id = 0;
        while (read(ends[0], &id, sizeof id) == static_cast<ssize_t>(sizeof id))
            ids.push_back(id);
        close(ends[0]);
        return ids;
    }

    void expectWhole(const std::vector<std::int64_t>& ids) {
        auto store = open();
        ASSERT_NE(store, nullptr);
        EXPECT_TRUE(store->notices().empty()) << "the file was found damaged";
        for (const std::int64_t id : ids) {
            const auto message = store->message(id).value();
            ASSERT_TRUE(message) << "message " << id << " is lost";
            EXPECT_EQ(message->text.substr(0, 8), "message ");
        }
        for (const StoredBackup& backup : store->backups())
            EXPECT_TRUE(backup.isReadable) << backup.file;
        store.reset();
        SQLite::Database raw(file().string(), SQLite::OPEN_READWRITE);
        const Integrity found = checkIntegrity(raw);
        EXPECT_FALSE(found.isDamaged || found.indexesDiffer || found.hasOrphans) << found.problem;
        EXPECT_EQ(raw.execAndGet("SELECT count(*) FROM messages WHERE state = 1").getInt(), 0);
    }
};

TEST_F(Kills, LoseNoMessageThatWasReportedAsKept) {
    const char* asked = std::getenv("DSM_SEED");
    const auto seed =
        asked ? static_cast<unsigned>(std::strtoul(asked, nullptr, 10)) : std::random_device{}();
    RecordProperty("seed", std::to_string(seed));
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::size_t kept = 0;
    for (int round = 0; round < count() && !HasFatalFailure(); ++round) {
        const auto ids = writeAndKill(static_cast<useconds_t>(5'000 + random() % 120'000));
        kept += ids.size();
        expectWhole(ids);
    }
    EXPECT_GT(kept, static_cast<std::size_t>(count()));
    std::cout << kept << " messages were reported as kept, seed " << seed << "\n";
}

}  // namespace
}  // namespace dsm
