// What a search over a long history costs: search_bench [MESSAGES]. Prints, for each kind of query, how
// many hits it gave and the median of its CPU times; the file of the history is made anew in a folder of
// its own. 100,000 messages are what the search is made for, within 50 ms.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "app/store/conversation_store.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

constexpr int kInChat = 50;
constexpr int kTimes = 9;

// Words as unequal as those of a language: few are everywhere, most are rare.
class Writer {
  public:
    std::string text(int words) {
        std::string result;
        for (int i = 0; i < words; ++i)
            result += word() + (random_() % 8 == 0 ? "，" : " ");
        return result;
    }

  private:
    std::string word() {
        const double share = std::uniform_real_distribution<double>(0, 1)(random_);
        const auto number = static_cast<unsigned>(20'000 * share * share * share * share);
        if (number % 4 == 0) return kChinese[number % std::size(kChinese)];
        static constexpr const char* kParts[] = {"ba", "rem", "tion", "ex", "pert", "lo", "sur"};
        std::string made;
        for (unsigned rest = number + 1; rest > 0; rest /= 7)
            made += kParts[rest % 7];
        return made;
    }

    static constexpr const char* kChinese[] = {"专家", "模型", "显存", "训练",
                                               "推理", "路由", "词"};
    std::mt19937 random_{7};
};

// Of this process: on a busy machine the clock on the wall tells of others.
double cpuMilliseconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

std::unique_ptr<ConversationStore> fill(const std::filesystem::path& file, int messages) {
    StoreTime now = fromMilliseconds(1'700'000'000'000);
    auto store = ConversationStore::open(file, [&now] { return now; });
    if (!store) return nullptr;
    Writer writer;
    for (int made = 0; made < messages; made += kInChat) {
        now += std::chrono::minutes(20);
        std::vector<StoredMessage> chain(kInChat);
        for (int i = 0; i < kInChat; ++i) {
            const bool isReply = i % 2 == 1;
            chain[static_cast<std::size_t>(i)].role =
                isReply ? ChatRole::Assistant : ChatRole::User;
            chain[static_cast<std::size_t>(i)].modelName = isReply ? "model" : "";
            chain[static_cast<std::size_t>(i)].text = writer.text(isReply ? 120 : 30);
        }
        if (made == messages / 2) chain[3].text += " 独角兽鲸鱼 ฉันชอบกินข้าวผัด narwhal";
        if (!(*store)->startConversation(writer.text(5), true, std::move(chain),
                                         Durability::Normal))
            return nullptr;
    }
    return std::move(*store);
}

void measure(ConversationStore& store, const char* name, const char* words,
             const StoredScope& scope = {}) {
    std::vector<double> times;
    std::size_t hits = 0;
    for (int i = 0; i < kTimes; ++i) {
        const double begin = cpuMilliseconds();
        const auto found = store.search(words, 200, scope);
        times.push_back(cpuMilliseconds() - begin);
        hits = found ? found->size() : 0;
    }
    std::sort(times.begin(), times.end());
    std::printf("%-34s %5zu hits  %8.2f ms (most %.2f)\n", name, hits, times[kTimes / 2],
                times.back());
}

}  // namespace
}  // namespace dsm

int main(int argc, char** argv) {
    using namespace dsm;
    const int messages = std::max(kInChat, argc > 1 ? std::atoi(argv[1]) : 100'000);
    const TemporaryFolder folder;
    const auto begin = std::chrono::steady_clock::now();
    const auto store = fill(folder.path() / "conversations.db", messages);
    if (!store) return 1;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("%d messages written and indexed in %.1f s\n", messages, took.count());
    StoredScope mine;
    mine.role = ChatRole::User;
    StoredScope nobodys;
    nobodys.model = "another";
    StoredScope past;
    past.until = fromMilliseconds(1'700'000'000'000) + std::chrono::hours(2);
    measure(*store, "a word of one message", "narwhal");
    measure(*store, "two Chinese characters of one", "角兽");
    measure(*store, "Thai inside a sentence", "ข้าวผัด");
    measure(*store, "a beginning of one word", "narw");
    measure(*store, "two common Chinese characters", "专家");
    measure(*store, "a common word", "ba");
    measure(*store, "a beginning of one letter", "b");
    measure(*store, "a beginning of two letters", "ex");
    measure(*store, "three common words", "rem 专家 ba");
    measure(*store, "nothing", "zzzzzz");
    measure(*store, "a common word of mine", "rem", mine);
    measure(*store, "a common word of no such model", "rem", nobodys);
    measure(*store, "a common word of the first days", "rem", past);
    return 0;
}
