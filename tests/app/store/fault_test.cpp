// Every call to the file system fails once, or from then on: nothing is lost, nothing is set
// aside, and what was acknowledged is there.
#include <SQLiteCpp/SQLiteCpp.h>

#include "tests/app/store/store_fixture.h"
#include "tests/support/attack.h"
#include "tests/support/faulty_vfs.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

using FullDisk = StoreTest;

struct Fault {
    const char* name;
    int code;
    const char* word;  // of what the user is told
};

class Faults : public StoreTest, public testing::WithParamInterface<Fault> {
  protected:
    void SetUp() override {
        liveADay("kept one");
        liveADay("kept two");
        fs::create_directory(good());
        copyFiles(folder_.path(), good());
    }

    fs::path good() const { return folder_.path() / "good"; }

    static void copyFiles(const fs::path& from, const fs::path& to) {
        for (const auto& entry : fs::directory_iterator(from)) {
            if (entry.is_regular_file()) fs::copy_file(entry.path(), to / entry.path().filename());
        }
    }

    void startOver() {
        for (const auto& entry : fs::directory_iterator(folder_.path())) {
            if (entry.is_regular_file()) fs::remove(entry.path());
        }
        copyFiles(good(), folder_.path());
    }

    // Returns the texts that were acknowledged.
    std::vector<std::string> useTheStore() {
        std::vector<std::string> acknowledged;
        auto store = ConversationStore::open(file(), clock());
        if (!store) {
            complaints_.push_back(store.error().message);
            return acknowledged;
        }
        const auto started = (*store)->startConversation(
            "new", true, {question(0, 0, "asked"), reply(0, 0, "", State::Generating)}, kFull);
        if (started) {
            acknowledged.push_back("asked");
            StoredMessage answer =
                reply(started->conversationId, started->messageIds[0], "answered");
            answer.id = started->messageIds[1];
            const auto saved = (*store)->updateReply(answer, kFull);
            if (saved) acknowledged.push_back("answered");
            if (!saved) complaints_.push_back(saved.error().message);
        } else {
            complaints_.push_back(started.error().message);
        }
        const UpkeepReport report = ConversationStore::keepUp(file(), (*store)->dueUpkeep(), now_);
        EXPECT_FALSE(report.isDamaged) << report.damage;
        (*store)->noteUpkeep(report);
        return acknowledged;
    }

    void expectAll(const std::vector<std::string>& acknowledged, long n) {
        auto store = open();
        ASSERT_NE(store, nullptr);
        EXPECT_FALSE(store->isReadOnly());
        EXPECT_TRUE(store->notices().empty()) << n;
        const std::vector<std::string> all = titles(*store);
        ASSERT_GE(all.size(), 2U) << "after call " << n;
        EXPECT_EQ(all[0], "kept one");
        EXPECT_EQ(texts(*store, 1), (std::vector<std::string>{"about kept one"}));
        EXPECT_EQ(texts(*store, 2), (std::vector<std::string>{"about kept two"}));
        const std::vector<std::string> found =
            all.size() > 2 ? texts(*store, 3) : std::vector<std::string>{};
        for (const std::string& text : acknowledged) {
            EXPECT_NE(std::find(found.begin(), found.end(), text), found.end())
                << text << " is lost after call " << n;
        }
        EXPECT_FALSE(keepUp(*store).isDamaged) << n;
        EXPECT_TRUE(filesNamed(".damaged-").empty()) << n;
        EXPECT_FALSE(filesNamed(".backup-").empty()) << n;
        EXPECT_TRUE(filesNamed(".unfinished").empty()) << n;
    }

    // Every call where DSM_MUTATIONS asks for a long run, else some of them.
    static long stride(const Fault& fault, FaultyVfs::Lasts lasts) {
        // A lock that never comes is waited for, seconds long.
        const bool waits = fault.code == SQLITE_BUSY && lasts == FaultyVfs::Lasts::ForEver;
        return (mutationRounds(0) > 0 ? 1 : 11) * (waits ? 30 : 1);
    }

    std::vector<std::string> complaints_;
};

TEST_P(Faults, OfAnyCallLoseNothing) {
    const Fault fault = GetParam();
    FaultyVfs files;
    for (const auto lasts : {FaultyVfs::Lasts::Once, FaultyVfs::Lasts::ForEver}) {
        for (long n = 1;; n += stride(fault, lasts)) {
            startOver();
            files.arm(n, fault.code, lasts);
            const std::vector<std::string> acknowledged = useTheStore();
            files.disarm();
            expectAll(acknowledged, n);
            if (HasFatalFailure() || HasNonfatalFailure()) FAIL() << fault.name << ", call " << n;
            if (!files.hasFailed()) break;
        }
    }
    const bool told = std::any_of(complaints_.begin(), complaints_.end(), [&](const auto& text) {
        return text.find(fault.word) != std::string::npos;
    });
    EXPECT_TRUE(told) << (complaints_.empty() ? "nothing was said" : complaints_[0]);
}

INSTANTIATE_TEST_SUITE_P(OfEveryKind, Faults,
                         testing::Values(Fault{"full", SQLITE_FULL, "disk is full"},
                                         Fault{"descriptors", SQLITE_CANTOPEN, "reading only"},
                                         Fault{"io", SQLITE_IOERR, "Check the disk"},
                                         Fault{"memory", SQLITE_IOERR_NOMEM, "memory"},
                                         Fault{"busy", SQLITE_BUSY, "reading only"}),
                         [](const auto& tried) { return tried.param.name; });

// The backup that does not fit is a warning, and the chat goes on.
TEST_F(FullDisk, MakesABackupAWarning) {
    liveADay("kept");
    FaultyVfs files;
    auto store = open();
    files.arm(1, SQLITE_FULL, FaultyVfs::Lasts::ForEver);
    const UpkeepReport report = keepUp(*store);
    files.disarm();
    EXPECT_FALSE(report.backup);
    EXPECT_NE(report.problem.text().find("disk is full"), std::string::npos)
        << report.problem.text();
    EXPECT_TRUE(filesNamed(".unfinished").empty()) << "its room is given back";
    EXPECT_TRUE(store->createConversation("goes on", true));
}

TEST_F(FullDisk, OpensForReading) {
    liveADay("kept");
    FaultyVfs files;
    files.arm(1, SQLITE_FULL, FaultyVfs::Lasts::ForEver);
    auto store = open();
    ASSERT_NE(store, nullptr);
    EXPECT_TRUE(store->isReadOnly());
    ASSERT_EQ(store->notices().size(), 1U);
    EXPECT_EQ(store->notices()[0].kind, StoreNotice::Kind::DiskFull);
    EXPECT_EQ(titles(*store), (std::vector<std::string>{"kept"}));
    EXPECT_EQ(texts(*store, 1).size(), 1U);
    EXPECT_FALSE(store->createConversation("lost", true));
    files.disarm();
    store.reset();
    EXPECT_FALSE(open()->isReadOnly());
}

}  // namespace
}  // namespace dsm
