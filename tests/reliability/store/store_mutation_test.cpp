// Broken variants of the chats' file, of the log beside it and of its backup: whatever they hold,
// the program opens them or says why not, and what is written afterwards is there at the next
// start.
//
// tests/support/attack.h says how the long run is asked for; the files take turns.
#include <fstream>
#include <map>

#include "tests/app/store/store_fixture.h"
#include "tests/support/attack.h"
#include "tests/support/mutation.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;  // content by name

class BrokenStore : public StoreTest {
  protected:
    // A history with a backup of its first day, as a program that was killed leaves it.
    Files good() {
        liveADay("first");
        liveADay("second");
        auto store = open();
        const std::int64_t id = begin(*store, "third");
        std::int64_t last = 0;
        for (int i = 0; i < 20; ++i)
            last = add(*store, question(id, last, "words of turn " + std::to_string(i)));
        Files files;
        for (const auto& entry : fs::directory_iterator(folder_.path())) {
            const std::string name = entry.path().filename().string();
            if (!name.ends_with("-shm")) files[name] = contentOf(entry.path());
        }
        return files;
    }

    static void lay(const fs::path& folder, const Files& files) {
        for (const auto& [name, content] : files)
            std::ofstream(folder / name, std::ios::binary) << content;
    }

    // Everything that a start and a turn do.
    void use(const fs::path& database) {
        std::int64_t id = 0;
        {
            auto opened = ConversationStore::open(database, clock());
            if (!opened) {
                EXPECT_NE(opened.error().message.find(database.filename().string()),
                          std::string::npos)
                    << opened.error().message;
                return;
            }
            ConversationStore& store = **opened;
            const auto chats = store.conversations();
            for (const auto& chat : chats ? *chats : std::vector<StoredConversation>())
                static_cast<void>(store.path(chat.id));
            static_cast<void>(store.trash());
            store.noteUpkeep(ConversationStore::keepUp(database, store.dueUpkeep(), now_));
            if (store.isReadOnly()) return;
            const auto created = store.createConversation("after", true);
            if (!created || !store.addMessages({question(*created, 0, "kept")}, kFull)) return;
            id = *created;
        }
        auto again = ConversationStore::open(database, clock());
        ASSERT_TRUE(again) << again.error().message;
        const auto path = (*again)->path(id);
        ASSERT_TRUE(path) << path.error().message;
        ASSERT_EQ(path->size(), 1U) << "what was accepted is there at the next start";
        EXPECT_EQ(path->front().text, "kept");
    }
};

TEST_F(BrokenStore, IsOpenedOrRefusedAndKeepsWhatIsWrittenAfterwards) {
    const Files files = good();
    ASSERT_GE(files.size(), 3U) << "the file, its log and a backup";
    Files::const_iterator which;
    Attack("database", 120)
        .walk(
            [&](std::uint64_t seed) {
                which = std::next(files.begin(), static_cast<std::ptrdiff_t>(seed % files.size()));
                return Mutation(seed)(which->second);
            },
            [&](const std::string& variant) {
                const TemporaryFolder folder(fastFolder());
                Files broken = files;
                broken[which->first] = variant;
                lay(folder.path(), broken);
                use(folder / file().filename().string());
                return !HasFailure();
            });
}

}  // namespace
}  // namespace dsm
