#include "app/cli/sample_text.h"

namespace dsm::cli {

std::string_view sampleText() {
    return "User: What is a mixture of experts?\n\n"
           "Assistant: A mixture of experts is a neural network in which every token is handled by "
           "a few small networks, the experts, instead of one large one. A router looks at the "
           "token, gives each expert a score and picks the best ones. The others do no work for "
           "this token, so that a large model answers at the cost of a small one.\n\n"
           "User: How many days are in a leap year?\n\n"
           "Assistant: A leap year has 366 days. February has 29 days then. A year is a leap year "
           "when it can be divided by 4, unless it can be divided by 100 and not by 400: 2000 was "
           "one, 1900 was not.\n\n"
           "User: 什么是混合专家模型？\n\n"
           "Assistant: 混合专家模型把一个大网络分成许多小的专家网络。路由器为每个词元选出"
           "最合适的几个专家，其余的专家不参与计算，所以模型很大，每一步的计算量却不大。\n\n"
           "User: 中国最长的河是哪一条？\n\n"
           "Assistant: 中国最长的河是长江，全长约六千三百公里，从青藏高原流到上海附近的东海。\n\n"
           "def fibonacci(n):\n"
           "    a, b = 0, 1\n"
           "    for _ in range(n):\n"
           "        a, b = b, a + b\n"
           "    return a\n";
}

}  // namespace dsm::cli
