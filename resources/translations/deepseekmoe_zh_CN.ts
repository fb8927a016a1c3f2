<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>CommandLine</name>
    <message>
        <source>Chat with a DeepSeekMoE model on this computer. Without --model the model of the last time is loaded, or the small demo model.</source>
        <translation>在这台电脑上与 DeepSeekMoE 模型对话。不给出 --model 时加载上次的模型或小型演示模型。</translation>
    </message>
    <message>
        <source>Load the model in this folder.</source>
        <translation>加载此文件夹中的模型。</translation>
    </message>
    <message>
        <source>Keep conversations and settings in this folder.</source>
        <translation>把对话和设置保存在此文件夹中。</translation>
    </message>
    <message>
        <source>Write the log to the terminal, too.</source>
        <translation>同时把日志写到终端。</translation>
    </message>
    <message>
        <source>Unexpected: %1</source>
        <translation>多余的参数：%1</translation>
    </message>
    <message>
        <source>Try --help.</source>
        <translation>请尝试 --help。</translation>
    </message>
</context>
<context>
    <name>MessagePresentation</name>
    <message numerus="yes">
        <source>%n tokens</source>
        <translation>
            <numerusform>%n 个词元</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>first token after %1 s</source>
        <translation>首个词元 %1 秒</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>The reply reached the limit of tokens that the settings allow.</source>
        <translation>回复已达到设置允许的词元上限。</translation>
    </message>
    <message>
        <source>The context is full. Start a new chat to go on.</source>
        <translation>上下文已满。请新建对话继续。</translation>
    </message>
    <message numerus="yes">
        <source>The %n oldest messages did not fit into the context and were left out.</source>
        <translation>
            <numerusform>最早的 %n 条消息放不进上下文，已略去。</numerusform>
        </translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>演示模型</translation>
    </message>
    <message>
        <source>first token after %1 ms</source>
        <translation>首个词元 %1 毫秒</translation>
    </message>
</context>
<context>
    <name>dsm::AboutDialog</name>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Chat with a mixture-of-experts model on your own computer.</source>
        <translation>在自己的电脑上与混合专家模型对话。</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Backend</source>
        <translation>后端</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新建对话</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Stop the reply</source>
        <translation>停止回复</translation>
    </message>
    <message>
        <source>Rename, delete</source>
        <translation>重命名、删除</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>dsm::Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭提示</translation>
    </message>
</context>
<context>
    <name>dsm::ChatPage</name>
    <message>
        <source>New chat</source>
        <translation>新建对话</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>A small demo model is loaded. It is not DeepSeekMoE 16B and makes mistakes.</source>
        <translation>已加载小型演示模型。它不是 DeepSeekMoE 16B，会出错。</translation>
    </message>
    <message>
        <source>%1 is loaded.</source>
        <translation>已加载 %1。</translation>
    </message>
    <message>
        <source>Ask anything</source>
        <translation>输入您的问题</translation>
    </message>
    <message>
        <source>Show the sidebar</source>
        <translation>显示侧边栏</translation>
    </message>
    <message>
        <source>No model is loaded. Choose one under Models, in the sidebar.</source>
        <translation>未加载模型。请在侧边栏的“模型”中选择一个。</translation>
    </message>
    <message>
        <source>%1 is a Base model: it goes on with your text instead of answering.</source>
        <translation>%1 是基础模型：它会接着您的文字续写，而不是回答。</translation>
    </message>
    <message>
        <source>Begin a text</source>
        <translation>写一段开头</translation>
    </message>
    <message>
        <source>%1 has a chat template that this program cannot use, so it goes on with your text instead of answering. %2</source>
        <translation>%1 的对话模板无法在本程序中使用，因此只会接着您的文字往下写，而不会回答问题。%2</translation>
    </message>
</context>
<context>
    <name>dsm::ChatService</name>
    <message>
        <source>This chat is not there any more.</source>
        <translation>这个对话已经不存在。</translation>
    </message>
    <message>
        <source>The file of your chats was damaged and there was no backup. The damaged file is kept as %1.</source>
        <translation>对话文件已损坏，而且没有备份。损坏的文件保留为 %1。</translation>
    </message>
    <message>
        <source>Your chats were written by a newer version of this program. They can be read, but not changed.</source>
        <translation>您的对话由更新版本的程序写入，可以阅读，但不能修改。</translation>
    </message>
    <message>
        <source>Your chats will not be saved: %1</source>
        <translation>您的对话不会被保存：%1</translation>
    </message>
    <message>
        <source>Wait until the reply is finished, or stop it first.</source>
        <translation>请等待回复完成，或先停止回复。</translation>
    </message>
    <message>
        <source>This message is not there any more.</source>
        <translation>这条消息已经不存在。</translation>
    </message>
    <message>
        <source>The file of your chats was damaged. %1 messages were carried over from it and %2 more from the backup %3; the damaged file is kept as %4.</source>
        <translation>您的对话文件已损坏。从中恢复了 %1 条消息，另从备份 %3 恢复了 %2 条；损坏的文件保留为 %4。</translation>
    </message>
    <message>
        <source>The file of your chats was damaged and there was no backup. %1 messages were carried over from it; the damaged file is kept as %2.</source>
        <translation>您的对话文件已损坏，且没有备份。从中恢复了 %1 条消息；损坏的文件保留为 %2。</translation>
    </message>
    <message>
        <source>The file of your chats was missing or empty. The backup %1 holds %2 messages, which can be brought back.</source>
        <translation>您的对话文件缺失或为空。备份 %1 中有 %2 条消息，可以恢复。</translation>
    </message>
    <message>
        <source>The file of your chats cannot be written. They can be read, but not changed. (%1)</source>
        <translation>您的对话文件无法写入。可以阅读，但不能更改。（%1）</translation>
    </message>
    <message>
        <source>The disk is full. Your chats can be read; nothing is sent until there is room, because it could not be kept.</source>
        <translation>磁盘已满。您可以阅读对话；在有空间之前不会发送任何内容，因为无法保存。</translation>
    </message>
    <message>
        <source>Your chats could not be backed up: %1</source>
        <translation>无法备份您的对话：%1</translation>
    </message>
    <message>
        <source>The disk is full: the message was not sent, because it could not be kept. Free some space and send it again.</source>
        <translation>磁盘已满：消息未发送，因为无法保存。请释放一些空间后重新发送。</translation>
    </message>
    <message>
        <source>The message was not sent, because it could not be kept.</source>
        <translation>消息未发送，因为无法保存。</translation>
    </message>
    <message>
        <source>This message was not sent: it takes %1 tokens, and the context has room for %2. Shorten it.</source>
        <translation>这条消息没有发送：它需要 %1 个词元，而上下文只能容纳 %2 个。请缩短它。</translation>
    </message>
    <message>
        <source>The backup %1 holds %2 messages, which can be brought back to be read.</source>
        <translation>备份 %1 中有 %2 条消息，可以取回以供阅读。</translation>
    </message>
    <message>
        <source>The file of your chats is being repaired; nothing was sent or changed. Try again in a moment.</source>
        <translation>聊天记录文件正在修复；没有发送或更改任何内容。请稍后再试。</translation>
    </message>
    <message>
        <source>The file of your chats is damaged and is being repaired. Until that is done nothing is sent; what you write stays.</source>
        <translation>聊天记录文件已损坏，正在修复。修复完成之前不会发送任何消息；您写的内容会保留。</translation>
    </message>
    <message>
        <source>The file of your chats is damaged and could not be repaired. It can be read, but not changed. (%1)</source>
        <translation>聊天记录文件已损坏，且无法修复。可以阅读，但不能更改。（%1）</translation>
    </message>
</context>
<context>
    <name>dsm::CodeBlock</name>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation>复制代码</translation>
    </message>
    <message>
        <source>Text of %1 characters, as it is written</source>
        <translation>文本，共 %1 个字符，按原样显示</translation>
    </message>
    <message>
        <source>Copy the text</source>
        <translation>复制文本</translation>
    </message>
</context>
<context>
    <name>dsm::Composer</name>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Stop the reply</source>
        <translation>停止回复</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
</context>
<context>
    <name>dsm::ConversationDelegate</name>
    <message>
        <source>Title of the conversation</source>
        <translation>对话标题</translation>
    </message>
</context>
<context>
    <name>dsm::ConversationListModel</name>
    <message>
        <source>Nothing found</source>
        <translation>没有找到</translation>
    </message>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>找到 %n 条</numerusform>
        </translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>过去 7 天</translation>
    </message>
    <message>
        <source>Previous 30 days</source>
        <translation>过去 30 天</translation>
    </message>
    <message>
        <source>Older</source>
        <translation>更早</translation>
    </message>
</context>
<context>
    <name>dsm::ExampleCard</name>
    <message>
        <source>Ask: %1</source>
        <translation>提问：%1</translation>
    </message>
</context>
<context>
    <name>dsm::MainWindow</name>
    <message>
        <source>Ask something first: the last question of the conversation is answered again, without and with the adapter.</source>
        <translation>请先提问：对话中的最后一个问题会在不用适配器和使用适配器的情况下各回答一次。</translation>
    </message>
    <message>
        <source>The change holds from the next time a model is loaded.</source>
        <translation>更改从下次加载模型时生效。</translation>
    </message>
    <message>
        <source>Load again</source>
        <translation>重新加载</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>打开模型文件夹</translation>
    </message>
    <message>
        <source>Use the demo model</source>
        <translation>使用演示模型</translation>
    </message>
    <message>
        <source>Open another folder</source>
        <translation>打开其他文件夹</translation>
    </message>
    <message>
        <source>“%1” was deleted</source>
        <translation>已删除“%1”</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Run from disk</source>
        <translation>从磁盘运行</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Go on with the CPU</source>
        <translation>改用 CPU 继续</translation>
    </message>
    <message>
        <source>Unload the model?</source>
        <translation>卸载模型？</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>卸载</translation>
    </message>
    <message>
        <source>Load %1?</source>
        <translation>加载 %1？</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>加载</translation>
    </message>
</context>
<context>
    <name>dsm::MessageEditor</name>
    <message>
        <source>Edit the message</source>
        <translation>编辑消息</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>dsm::MessageItem</name>
    <message>
        <source>You</source>
        <translation>您</translation>
    </message>
    <message>
        <source>Message from %1</source>
        <translation>来自%1的消息</translation>
    </message>
</context>
<context>
    <name>dsm::MessageView</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Go to the newest message</source>
        <translation>转到最新消息</translation>
    </message>
</context>
<context>
    <name>dsm::ModelHost</name>
    <message>
        <source>The program ended unexpectedly while it worked with the model in %1, so that model was not loaded again by itself.</source>
        <translation>程序上次使用 %1 中的模型时意外结束，因此没有自动重新加载该模型。</translation>
    </message>
    <message>
        <source>The model folder %1 is not there now. It is loaded again at the next start, once its disk is connected.</source>
        <translation>模型文件夹 %1 现在不在。连接它所在的磁盘后，下次启动时会重新加载它。</translation>
    </message>
</context>
<context>
    <name>dsm::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Replies</source>
        <translation>回复</translation>
    </message>
    <message>
        <source>Holds from the next time a model is loaded.</source>
        <translation>从下次加载模型时生效。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>The fastest here</source>
        <translation>本机最快</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Reference (slow)</source>
        <translation>参考实现（慢）</translation>
    </message>
    <message>
        <source>One per core</source>
        <translation>每核一个</translation>
    </message>
    <message>
        <source>Like the model</source>
        <translation>由模型决定</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Backend</source>
        <translation>后端</translation>
    </message>
    <message>
        <source>What computes the replies</source>
        <translation>用什么计算回复</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程数</translation>
    </message>
    <message>
        <source>How many cores a reply may use</source>
        <translation>一次回复可以使用的核心数</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>0 always takes the likeliest word; more makes replies more varied</source>
        <translation>0 总是选最可能的词；越大回复越多样</translation>
    </message>
    <message>
        <source>Top p</source>
        <translation>Top p</translation>
    </message>
    <message>
        <source>Only the likeliest words that together have this probability are considered</source>
        <translation>只考虑概率之和达到此值的最可能的词</translation>
    </message>
    <message>
        <source>The most tokens a reply may have</source>
        <translation>一次回复最多的词元数</translation>
    </message>
    <message>
        <source>In memory</source>
        <translation>内存中</translation>
    </message>
    <message>
        <source>On the disk (slow)</source>
        <translation>磁盘上（慢）</translation>
    </message>
    <message>
        <source>bf16</source>
        <translation>bf16</translation>
    </message>
    <message>
        <source>8 bits (half)</source>
        <translation>8 位（减半）</translation>
    </message>
    <message>
        <source>Memory of the context</source>
        <translation>上下文内存</translation>
    </message>
    <message>
        <source>How the model remembers the conversation: 8 bits take half of the memory and change replies a little</source>
        <translation>模型记住对话的方式：8 位只占一半内存，回复会略有变化</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Weights left on the disk are read when they are needed: a model larger than the memory runs, but slowly</source>
        <translation>留在磁盘上的权重在需要时读取：超过内存的模型也能运行，但很慢</translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation>能放多少放多少</translation>
    </message>
    <message>
        <source>Layers on the GPU</source>
        <translation>放在 GPU 上的层数</translation>
    </message>
    <message>
        <source>GPU %1: %2, %3</source>
        <translation>GPU %1：%2，%3</translation>
    </message>
    <message>
        <source>A GPU that is not there</source>
        <translation>不存在的 GPU</translation>
    </message>
    <message>
        <source>GPU %1: %2 of %3 are free.</source>
        <translation>GPU %1：共 %3，可用 %2。</translation>
    </message>
    <message>
        <source>No NVIDIA GPU was found.</source>
        <translation>未找到 NVIDIA GPU。</translation>
    </message>
    <message>
        <source>Longest reply, in tokens</source>
        <translation>最长回复（词元）</translation>
    </message>
    <message>
        <source>Of so many layers the experts lie in the GPU's memory; the CPU computes the others</source>
        <translation>这么多层的专家放在 GPU 内存中；其余层的专家由 CPU 计算</translation>
    </message>
</context>
<context>
    <name>dsm::Sidebar</name>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新建对话</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the conversations</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>对话列表</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>About this program</source>
        <translation>关于本程序</translation>
    </message>
    <message>
        <source>Hide the sidebar</source>
        <translation>隐藏侧边栏</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>清除搜索</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>The models on this computer</source>
        <translation>这台电脑上的模型</translation>
    </message>
</context>
<context>
    <name>dsm::SingleInstance</name>
    <message>
        <source>The program is already running with the folder %1.</source>
        <translation>程序已经在使用文件夹 %1 运行。</translation>
    </message>
</context>
<context>
    <name>dsm::StatusStrip</name>
    <message>
        <source>%1 with %2</source>
        <translation>%1，使用 %2</translation>
    </message>
    <message>
        <source>No model loaded</source>
        <translation>未加载模型</translation>
    </message>
    <message>
        <source>Model not loaded</source>
        <translation>模型未能加载</translation>
    </message>
    <message>
        <source>Loading</source>
        <translation>正在加载</translation>
    </message>
    <message>
        <source>Model: %1</source>
        <translation>模型：%1</translation>
    </message>
    <message>
        <source>Small demo, not DeepSeekMoE 16B</source>
        <translation>小型演示，不是 DeepSeekMoE 16B</translation>
    </message>
    <message>
        <source>This tiny model ships with the program so that it works at once. It makes mistakes.</source>
        <translation>这个很小的模型随程序提供，让程序立即可用。它会出错。</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel loading the model</source>
        <translation>取消加载模型</translation>
    </message>
    <message>
        <source>What computes</source>
        <translation>计算后端</translation>
    </message>
    <message>
        <source>Memory of the model, its cache and its working space</source>
        <translation>模型、缓存和工作区占用的内存</translation>
    </message>
    <message>
        <source>Context %1 / %2</source>
        <translation>上下文 %1 / %2</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>How fast the model writes</source>
        <translation>模型写字的速度</translation>
    </message>
    <message>
        <source>Open a model folder…</source>
        <translation>打开模型文件夹…</translation>
    </message>
    <message>
        <source>Use the demo model</source>
        <translation>使用演示模型</translation>
    </message>
    <message>
        <source>Unload the model</source>
        <translation>卸载模型</translation>
    </message>
    <message>
        <source>All models</source>
        <translation>全部模型</translation>
    </message>
    <message>
        <source>%1, not the GPU</source>
        <translation>%1，未使用 GPU</translation>
    </message>
    <message>
        <source>The GPU is not used: %1</source>
        <translation>未使用 GPU：%1</translation>
    </message>
    <message>
        <source>%1 of %2 on the GPU</source>
        <translation>GPU 内存 %1 / %2</translation>
    </message>
    <message>
        <source>Reading the conversation</source>
        <translation>正在读取对话</translation>
    </message>
    <message>
        <source>Reading: %1 of %2 tokens</source>
        <translation>正在读取：%1 / %2 个词元</translation>
    </message>
    <message>
        <source>Tokens of this chat, of those the model can have in view</source>
        <translation>此对话的词元数，以及模型能看到的上限</translation>
    </message>
    <message>
        <source>%1 (not there)</source>
        <translation>%1（不在）</translation>
    </message>
    <message>
        <source>Memory of the GPU that the model takes; besides it takes %1 of the computer's</source>
        <translation>模型占用的 GPU 内存；此外还占用计算机内存 %1</translation>
    </message>
</context>
<context>
    <name>dsm::TextBlock</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Text of the message</source>
        <translation>消息内容</translation>
    </message>
</context>
<context>
    <name>dsm::WelcomePage</name>
    <message>
        <source>A language model on your own computer. Nothing you write leaves it.</source>
        <translation>在您自己电脑上的语言模型。您写的内容不会离开这台电脑。</translation>
    </message>
    <message>
        <source>This program</source>
        <translation>关于本程序</translation>
    </message>
    <message>
        <source>What can this program do?</source>
        <translation>这个程序能做什么？</translation>
    </message>
    <message>
        <source>The model</source>
        <translation>关于模型</translation>
    </message>
    <message>
        <source>What is a mixture of experts model?</source>
        <translation>什么是混合专家模型？</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>第一步</translation>
    </message>
    <message>
        <source>How do I use this program?</source>
        <translation>怎么使用这个程序？</translation>
    </message>
    <message>
        <source>Who is answering</source>
        <translation>谁在回答</translation>
    </message>
    <message>
        <source>Who are you?</source>
        <translation>你是谁？</translation>
    </message>
</context>
<context>
    <name>dsm::ModelLibrary</name>
    <message>
        <source>The list of models cannot be saved in %1: %2.</source>
        <translation>无法把模型列表保存到 %1：%2。</translation>
    </message>
    <message>
        <source>This model has only begun to arrive. Continue the download to get the rest.</source>
        <translation>这个模型才刚开始下载。请继续下载以获取其余部分。</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n files with weights are here. Continue the download to get the rest.</source>
        <translation>
            <numerusform>%n 个权重文件中已有 %1 个。请继续下载以获取其余部分。</numerusform>
        </translation>
    </message>
    <message>
        <source>Its folder is not there. Connect the disk it is on, or find the folder again if it was moved.</source>
        <translation>它的文件夹不在了。请连接它所在的磁盘；如果文件夹被移动过，请重新找到它。</translation>
    </message>
    <message>
        <source>There is no model in %1: a model's folder holds config.json and *.safetensors files.</source>
        <translation>%1 中没有模型：模型文件夹应包含 config.json 和 *.safetensors 文件。</translation>
    </message>
</context>
<context>
    <name>dsm::ModelCard</name>
    <message>
        <source>On disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>%1 的更多操作</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>打开所在文件夹</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>Continue the download</source>
        <translation>继续下载</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>Continue the download of %1</source>
        <translation>继续下载 %1</translation>
    </message>
    <message>
        <source>Repair %1</source>
        <translation>修复 %1</translation>
    </message>
    <message>
        <source>Check the files</source>
        <translation>检查文件</translation>
    </message>
    <message>
        <source>Delete the files…</source>
        <translation>删除文件…</translation>
    </message>
    <message>
        <source>Find it again…</source>
        <translation>重新找到它…</translation>
    </message>
    <message>
        <source>Find the folder of %1 again</source>
        <translation>重新找到 %1 的文件夹</translation>
    </message>
</context>
<context>
    <name>dsm::ModelFormRow</name>
    <message>
        <source>Memory needed to run it</source>
        <translation>运行所需的内存</translation>
    </message>
    <message>
        <source>Loaded</source>
        <translation>已加载</translation>
    </message>
    <message>
        <source>Size on disk</source>
        <translation>磁盘占用</translation>
    </message>
    <message>
        <source>Size on disk once converted</source>
        <translation>转换后的磁盘占用</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel converting to %1</source>
        <translation>取消转换为 %1</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Resume converting to %1</source>
        <translation>继续转换为 %1</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Discard what was converted to %1</source>
        <translation>丢弃已转换的部分：%1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Try again to convert to %1</source>
        <translation>重试转换为 %1</translation>
    </message>
    <message>
        <source>Cancel loading %1</source>
        <translation>取消加载 %1</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>续写</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Write with %1</source>
        <translation>用 %1 续写</translation>
    </message>
    <message>
        <source>Chat with %1</source>
        <translation>与 %1 对话</translation>
    </message>
    <message>
        <source>Run from disk</source>
        <translation>从磁盘运行</translation>
    </message>
    <message>
        <source>Run %1 from the disk</source>
        <translation>从磁盘运行 %1</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>加载</translation>
    </message>
    <message>
        <source>Load %1</source>
        <translation>加载 %1</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Convert to %1</source>
        <translation>转换为 %1</translation>
    </message>
    <message>
        <source>Leaves the weights on the disk and reads them when they are needed: each token takes seconds.</source>
        <translation>权重留在磁盘上，需要时才读取：每个词元要花几秒钟。</translation>
    </message>
    <message>
        <source>Delete the files of %1, %2</source>
        <translation>删除 %1（%2）的文件</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Converting the model</source>
        <translation>正在转换模型</translation>
    </message>
    <message>
        <source>Loading, %1</source>
        <translation>正在加载，%1</translation>
    </message>
</context>
<context>
    <name>ModelPresentation</name>
    <message>
        <source>%1 billion</source>
        <translation>%1B</translation>
    </message>
    <message>
        <source>%1 parameters, %2 of them at work for each token</source>
        <translation>%1 个参数，每个词元使用其中 %2 个</translation>
    </message>
    <message>
        <source>Needs %1 of memory: %2 for the weights, %3 for a context of %4 tokens and %5 to compute in.</source>
        <translation>需要 %1 内存：权重 %2，%4 个词元的上下文 %3，计算用 %5。</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>放得下</translation>
    </message>
    <message>
        <source>May be slow</source>
        <translation>可能较慢</translation>
    </message>
    <message>
        <source>Other programs take the memory it needs. Close some, or parts of it will be read from the disk again and again.</source>
        <translation>其他程序占用了它所需的内存。请关闭一些程序，否则部分内容会反复从磁盘读取。</translation>
    </message>
    <message>
        <source>Computed by the GPU %1: takes %2 of its memory, of which %3 are free.</source>
        <translation>由 GPU %1 计算：占用其显存 %2，其中空闲 %3。</translation>
    </message>
    <message>
        <source>Not on the GPU:</source>
        <translation>无法在 GPU 上运行：</translation>
    </message>
    <message>
        <source>Fits the GPU</source>
        <translation>GPU 放得下</translation>
    </message>
    <message>
        <source>Partly on the GPU</source>
        <translation>部分在 GPU 上</translation>
    </message>
    <message>
        <source>It is larger than the memory of this computer. Choose a smaller format.</source>
        <translation>它超过了这台电脑的内存。请选择更小的格式。</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>演示</translation>
    </message>
    <message>
        <source>This tiny model ships with the program so that it works at once. It makes mistakes.</source>
        <translation>这个很小的模型随程序附带，让程序可以立即使用。它会出错。</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Answers questions.</source>
        <translation>回答问题。</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>基础</translation>
    </message>
    <message>
        <source>Goes on with your text; it does not answer questions.</source>
        <translation>接着您的文字续写，不回答问题。</translation>
    </message>
    <message>
        <source>This computer has %1 of memory, %2 of it available.</source>
        <translation>这台电脑有 %1 内存，其中 %2 可用。</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>剩余不到一分钟</translation>
    </message>
    <message numerus="yes">
        <source>%n minutes left</source>
        <translation>
            <numerusform>剩余 %n 分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hours left</source>
        <translation>
            <numerusform>剩余 %n 小时</numerusform>
        </translation>
    </message>
    <message>
        <source>Waits for its turn</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Stopped at %1</source>
        <translation>已停在 %1</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/秒</translation>
    </message>
    <message>
        <source>16 bits</source>
        <translation>16 位</translation>
    </message>
    <message>
        <source>Exact, as published</source>
        <translation>原始精度</translation>
    </message>
    <message>
        <source>32 bits</source>
        <translation>32 位</translation>
    </message>
    <message>
        <source>8 bits</source>
        <translation>8 位</translation>
    </message>
    <message>
        <source>As good as exact</source>
        <translation>几乎无损</translation>
    </message>
    <message>
        <source>4 bits</source>
        <translation>4 位</translation>
    </message>
    <message>
        <source>Slightly less exact</source>
        <translation>略有损失</translation>
    </message>
    <message>
        <source>4 bits, smallest</source>
        <translation>4 位，最小</translation>
    </message>
    <message>
        <source>Least memory, fastest</source>
        <translation>内存最少，速度最快</translation>
    </message>
    <message>
        <source>4 bits (NF4)</source>
        <translation>4 位（NF4）</translation>
    </message>
    <message>
        <source>For fine-tuning</source>
        <translation>用于微调</translation>
    </message>
    <message>
        <source>4 bits (NF4, double)</source>
        <translation>4 位（NF4，双重）</translation>
    </message>
    <message>
        <source>%1 million</source>
        <translation>%1M</translation>
    </message>
    <message>
        <source>The GPU %1 has no room for the experts of %2 of %3 layers, which the CPU computes. Takes %4 of the GPU's memory and %5 of this computer's.</source>
        <translation>GPU %1 放不下 %3 层中 %2 层的专家，这些由 CPU 计算。占用显存 %4，电脑内存 %5。</translation>
    </message>
    <message>
        <source>Won't fit</source>
        <translation>放不下</translation>
    </message>
    <message>
        <source>It has a chat template that this program cannot use, so it goes on with your text instead of answering. %1</source>
        <translation>它的对话模板无法在本程序中使用，因此只会接着您的文字往下写，而不会回答问题。%1</translation>
    </message>
</context>
<context>
    <name>dsm::ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>A folder with config.json, tokenizer.json and *.safetensors files</source>
        <translation>包含 config.json、tokenizer.json 和 *.safetensors 文件的文件夹</translation>
    </message>
    <message>
        <source>Show the sidebar</source>
        <translation>显示侧边栏</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新建对话</translation>
    </message>
    <message>
        <source>Where is %1 now?</source>
        <translation>%1 现在在哪里？</translation>
    </message>
    <message>
        <source>Add a model's folder</source>
        <translation>添加模型文件夹</translation>
    </message>
    <message>
        <source>A model's folder can also be dropped here.</source>
        <translation>也可以把模型文件夹拖放到这里。</translation>
    </message>
</context>
<context>
    <name>DownloadText</name>
    <message>
        <source>The code is under the MIT licence. The model is under the DeepSeek Model Licence: it may be used, changed and passed on, also commercially, within the limits of use that the licence lists; they must be passed on with it.</source>
        <translation>代码采用 MIT 许可证。模型采用 DeepSeek 模型许可证：可以使用、修改和再分发，也可用于商业用途，但须遵守许可证列出的使用限制，并在再分发时一并传递这些限制。</translation>
    </message>
    <message>
        <source>Answers questions and follows instructions in English and Chinese.</source>
        <translation>用英文和中文回答问题、执行指令。</translation>
    </message>
    <message>
        <source>Continues text; the one to begin with for fine-tuning of your own.</source>
        <translation>续写文本；适合作为自行微调的起点。</translation>
    </message>
    <message>
        <source>The disk is full (%1 left in %2). Free some space and resume: what was downloaded is kept.</source>
        <translation>磁盘已满（%2 中剩余 %1）。请释放一些空间后继续：已下载的内容会保留。</translation>
    </message>
    <message>
        <source>The folder %1 cannot be written (%2). Choose another folder or change its permissions, then resume.</source>
        <translation>无法写入文件夹 %1（%2）。请选择其他文件夹或修改其权限，然后继续。</translation>
    </message>
    <message>
        <source>The disk refused %1 (%2). Check the disk or choose another folder, then resume.</source>
        <translation>磁盘拒绝了 %1（%2）。请检查磁盘或选择其他文件夹，然后继续。</translation>
    </message>
    <message>
        <source>Another program is downloading this model into the same folder. Wait until it is done or close it, then resume.</source>
        <translation>另一个程序正在把此模型下载到同一文件夹。请等它完成或将其关闭，然后继续。</translation>
    </message>
    <message numerus="yes">
        <source>%1 has this model: %n files, %2.</source>
        <translation>
            <numerusform>%1 有此模型：%n 个文件，%2。</numerusform>
        </translation>
    </message>
    <message>
        <source>The file %1 is shorter than it was. Resume to fetch the rest again.</source>
        <translation>文件 %1 比原来短。请继续，以重新获取其余部分。</translation>
    </message>
    <message>
        <source>This model asks you to accept its terms on its page at %1. Accept them there, enter your access token and resume.</source>
        <translation>此模型要求您在 %1 上的页面接受其条款。请在那里接受，输入您的访问令牌，然后继续。</translation>
    </message>
    <message>
        <source>%1 refuses access: the repository does not exist or needs an access token. Check the name and the token, then resume.</source>
        <translation>%1 拒绝访问：仓库不存在或需要访问令牌。请检查名称和令牌，然后继续。</translation>
    </message>
    <message>
        <source>The repository at %1 has no such revision. Check its name.</source>
        <translation>%1 上的仓库没有此版本。请检查其名称。</translation>
    </message>
    <message>
        <source>The repository at %1 lacks the file %2. Choose another repository or source.</source>
        <translation>%1 上的仓库缺少文件 %2。请选择其他仓库或来源。</translation>
    </message>
    <message>
        <source>%1 does not have this repository. Check the name or choose another source.</source>
        <translation>%1 没有此仓库。请检查名称或选择其他来源。</translation>
    </message>
    <message>
        <source>%1 was not found. Check the connection to the internet; the download goes on where it was.</source>
        <translation>找不到 %1。请检查网络连接；下载会从中断处继续。</translation>
    </message>
    <message>
        <source>%1 does not accept connections. Check the address and the proxy, or try again later.</source>
        <translation>%1 不接受连接。请检查地址和代理，或稍后再试。</translation>
    </message>
    <message>
        <source>The proxy does not work (%1). Check its settings, then resume.</source>
        <translation>代理无法使用（%1）。请检查其设置，然后继续。</translation>
    </message>
    <message>
        <source>The connection to %1 was lost (%2). Check the connection to the internet; the download goes on where it was.</source>
        <translation>与 %1 的连接中断（%2）。请检查网络连接；下载会从中断处继续。</translation>
    </message>
    <message numerus="yes">
        <source>%1 answers too many requests from this network; it allows the next in about %n minutes. An access token raises the limit.</source>
        <translation>
            <numerusform>%1 收到来自此网络的请求过多；大约 %n 分钟后才允许下一次。使用访问令牌可提高上限。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 has a problem (status %2). Try again later or choose another source.</source>
        <translation>%1 出现问题（状态 %2）。请稍后再试或选择其他来源。</translation>
    </message>
    <message>
        <source>%1 passes this request on to %2. Choose that source instead.</source>
        <translation>%1 把此请求转给了 %2。请改选该来源。</translation>
    </message>
    <message>
        <source>%1 gave an answer that was not understood (status %2). Check the address of the source.</source>
        <translation>无法理解 %1 的回答（状态 %2）。请检查来源的地址。</translation>
    </message>
    <message>
        <source>%1 sends the download to an address that cannot be used. Choose another source.</source>
        <translation>%1 把下载指向无法使用的地址。请选择其他来源。</translation>
    </message>
    <message>
        <source>%1 sends the download to an address without encryption (%2). Sign in to the network if it asks for that, or choose another source.</source>
        <translation>%1 把下载指向未加密的地址（%2）。如果网络要求登录，请先登录，或选择其他来源。</translation>
    </message>
    <message>
        <source>%1 sends the download in circles. Try again later or choose another source.</source>
        <translation>%1 使下载不停地来回跳转。请稍后再试或选择其他来源。</translation>
    </message>
    <message>
        <source>%1 answers with something that is not a list of files. Sign in to the network if it asks for that (open any page in a browser), or check the address of the source.</source>
        <translation>%1 返回的不是文件列表。如果网络要求登录，请先登录（在浏览器中打开任意网页），或检查来源的地址。</translation>
    </message>
    <message>
        <source>There is not enough space in %1: %2 are still needed, %3 are free. Free %4 and resume, or choose another folder. What was downloaded is kept.</source>
        <translation>%1 的空间不足：还需要 %2，可用 %3。请再释放 %4 后继续，或选择其他文件夹。已下载的内容会保留。</translation>
    </message>
    <message>
        <source>%1 answers with a web page instead of the file. Sign in to the network if it asks for that (open any page in a browser), then resume.</source>
        <translation>%1 返回的是网页而不是文件。如果网络要求登录，请先登录（在浏览器中打开任意网页），然后继续。</translation>
    </message>
    <message>
        <source>The file at %1 was changed while it was downloaded. Start the download again.</source>
        <translation>%1 上的文件在下载期间被更改。请重新开始下载。</translation>
    </message>
    <message>
        <source>%1 sends other bytes than those asked for. Resume later, or choose another source or no proxy.</source>
        <translation>%1 发来的不是所请求的字节。请稍后继续，或选择其他来源，或不使用代理。</translation>
    </message>
    <message>
        <source>%1, or a proxy on the way, changes the file (it sends it compressed). Choose another source or no proxy.</source>
        <translation>%1 或途中的代理改动了文件（以压缩形式发送）。请选择其他来源，或不使用代理。</translation>
    </message>
    <message>
        <source>%1 ended the connection early. The download goes on where it was.</source>
        <translation>%1 提前结束了连接。下载会从中断处继续。</translation>
    </message>
    <message>
        <source>%1 stopped sending. The download goes on where it was.</source>
        <translation>%1 停止了发送。下载会从中断处继续。</translation>
    </message>
    <message>
        <source>The repository lists a file with the name %1, which is not safe to write. Nothing was downloaded; use another source.</source>
        <translation>仓库列出了名为 %1 的文件，写入它不安全。未下载任何内容；请使用其他来源。</translation>
    </message>
    <message>
        <source>The repository lists %1 and %2, which are the same name on some systems. Nothing was downloaded; use another source.</source>
        <translation>仓库列出了 %1 和 %2，它们在某些系统上是同一个名称。未下载任何内容；请使用其他来源。</translation>
    </message>
    <message>
        <source>This repository has no weights in the safetensors format. Choose a repository that has.</source>
        <translation>此仓库没有 safetensors 格式的权重。请选择有该格式的仓库。</translation>
    </message>
    <message>
        <source>The file %1 is no longer the one the source listed. Start the download again.</source>
        <translation>文件 %1 已不是来源所列出的文件。请重新开始下载。</translation>
    </message>
    <message>
        <source>The file %1 does not have its published checksum, also when fetched again. Choose another source.</source>
        <translation>文件 %1 与公布的校验和不符，重新获取后仍然如此。请选择其他来源。</translation>
    </message>
    <message>
        <source>The repository lists the file %1 with a size that cannot be right (%2 bytes). Nothing was downloaded; use another source.</source>
        <translation>仓库列出的文件 %1 的大小不可能正确（%2 字节）。未下载任何内容；请使用其他来源。</translation>
    </message>
    <message>
        <source>%1 lists more files than a model can have. Nothing was downloaded; check the address of the source or use another one.</source>
        <translation>%1 列出的文件多于一个模型可能拥有的数量。未下载任何内容；请检查来源的地址或使用其他来源。</translation>
    </message>
    <message>
        <source>%1 sends more bytes than the file has. Resume later, or choose another source or no proxy.</source>
        <translation>%1 发送的字节多于文件的大小。请稍后继续，或选择其他来源，或不使用代理。</translation>
    </message>
    <message>
        <source>%1 sends so slowly that the download would not end. It goes on where it was; resume later or choose another source.</source>
        <translation>%1 发送得太慢，下载无法完成。下载会从中断处继续；请稍后继续，或选择其他来源。</translation>
    </message>
    <message>
        <source>The identity of %1 could not be verified (%2). Check this computer's date and that no program intercepts the connection, then resume.</source>
        <translation>无法验证 %1 的身份（%2）。请检查这台电脑的日期，并确认没有程序拦截连接，然后继续。</translation>
    </message>
</context>
<context>
    <name>dsm::DownloadService</name>
    <message>
        <source>%1 is not the name of a repository. It looks like organisation/model.</source>
        <translation>%1 不是仓库名称。仓库名称形如 organisation/model。</translation>
    </message>
    <message>
        <source>%1 is not the address of a source. It looks like https://example.org.</source>
        <translation>%1 不是来源的地址。地址形如 https://example.org。</translation>
    </message>
    <message>
        <source>Read and accept the licence of %1 first.</source>
        <translation>请先阅读并接受 %1 的许可证。</translation>
    </message>
    <message>
        <source>Enter an address like https://example.org.</source>
        <translation>请输入形如 https://example.org 的地址。</translation>
    </message>
    <message>
        <source>A token is never sent without encryption. Use an address of %1 that begins with https.</source>
        <translation>令牌不会在未加密的连接上发送。请使用以 https 开头的 %1 地址。</translation>
    </message>
</context>
<context>
    <name>dsm::KeyringTokenStore</name>
    <message>
        <source>The system's keyring does not answer (%1).</source>
        <translation>系统的密钥环没有回应（%1）。</translation>
    </message>
    <message>
        <source>The system's keyring cannot be used (%1). The token is kept until the program ends; start a keyring such as GNOME Keyring or KWallet to keep it longer.</source>
        <translation>无法使用系统的密钥环（%1）。令牌会保留到程序结束；如需保留更久，请启动 GNOME Keyring 或 KWallet 等密钥环。</translation>
    </message>
</context>
<context>
    <name>DownloadPresentation</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/秒</translation>
    </message>
    <message>
        <source>Waits for its turn</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Asking %1 for the list of files…</source>
        <translation>正在向 %1 查询文件列表…</translation>
    </message>
    <message>
        <source>Checking what is there: %1</source>
        <translation>正在校验已有内容：%1</translation>
    </message>
    <message>
        <source>Paused at %1</source>
        <translation>已暂停：%1</translation>
    </message>
    <message>
        <source>Downloaded and verified, %1</source>
        <translation>已下载并校验，%1</translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation>程序会自动重试。</translation>
    </message>
    <message>
        <source>Benchmark</source>
        <translation>基准测试</translation>
    </message>
    <message>
        <source>Code: MIT. Model: DeepSeek licence, commercial use included.</source>
        <translation>代码：MIT。模型：DeepSeek 许可证，可商用。</translation>
    </message>
    <message>
        <source>Read the licences</source>
        <translation>阅读许可证</translation>
    </message>
    <message>
        <source>Takes %1 of the disk.</source>
        <translation>占用磁盘 %1。</translation>
    </message>
    <message>
        <source>Takes %1 of the disk: %2 to download, and %3 for %4, which suits this computer.</source>
        <translation>占用磁盘 %1：下载 %2，适合这台电脑的%4格式 %3。</translation>
    </message>
    <message>
        <source>%1 are free.</source>
        <translation>可用 %1。</translation>
    </message>
    <message>
        <source>%1 are free for the download, %2 on the disk for the rest.</source>
        <translation>下载所在磁盘可用 %1，其余文件所在磁盘可用 %2。</translation>
    </message>
    <message>
        <source>That is not enough: free %1, or choose another folder for downloads in the settings.</source>
        <translation>空间不足：请腾出 %1，或在设置中为下载选择其他文件夹。</translation>
    </message>
    <message numerus="yes">
        <source>Downloaded, %1. Not verified: %n of its files, for which %2 names no checksum</source>
        <translation>
            <numerusform>已下载 %1。未经校验：其中 %n 个文件，%2 没有给出它们的校验和</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::DownloadRow</name>
    <message>
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>Repair %1</source>
        <translation>修复 %1</translation>
    </message>
    <message>
        <source>Check the files of %1 again</source>
        <translation>重新校验 %1 的文件</translation>
    </message>
    <message>
        <source>Add to the models</source>
        <translation>添加到模型</translation>
    </message>
    <message>
        <source>Add %1 to the list of models</source>
        <translation>把 %1 添加到模型列表</translation>
    </message>
    <message>
        <source>Chat now</source>
        <translation>立即对话</translation>
    </message>
    <message>
        <source>Chat with %1</source>
        <translation>与 %1 对话</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel converting %1</source>
        <translation>取消转换 %1</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Resume converting %1</source>
        <translation>继续转换 %1</translation>
    </message>
    <message>
        <source>Convert to %1</source>
        <translation>转换为 %1</translation>
    </message>
    <message>
        <source>Convert %1 to %2</source>
        <translation>把 %1 转换为 %2</translation>
    </message>
    <message>
        <source>Cancel the download of %1</source>
        <translation>取消下载 %1</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Pause the download of %1</source>
        <translation>暂停下载 %1</translation>
    </message>
    <message>
        <source>Resume the download of %1</source>
        <translation>继续下载 %1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Try the download of %1 again</source>
        <translation>重新尝试下载 %1</translation>
    </message>
    <message>
        <source>Converting to %1</source>
        <translation>正在转换为 %1</translation>
    </message>
    <message>
        <source>%1 is ready to chat</source>
        <translation>%1 可以对话了</translation>
    </message>
    <message>
        <source>%1 fits into the memory of this machine</source>
        <translation>%1 适合这台电脑的内存</translation>
    </message>
    <message>
        <source>%1 fits once other programs are closed</source>
        <translation>关闭其他程序后 %1 可以装入内存</translation>
    </message>
    <message>
        <source>No form of it fits into the memory of this machine</source>
        <translation>这台电脑的内存装不下它的任何格式</translation>
    </message>
    <message>
        <source>Take %1 from the list of downloads</source>
        <translation>把 %1 从下载列表中移除</translation>
    </message>
    <message>
        <source>Converting the model</source>
        <translation>正在转换模型</translation>
    </message>
    <message>
        <source>Downloading %1</source>
        <translation>正在下载 %1</translation>
    </message>
</context>
<context>
    <name>dsm::DownloadsPanel</name>
    <message>
        <source>Cancel the download</source>
        <translation>取消下载</translation>
    </message>
    <message>
        <source>Cancel the download of %1 and delete the %2 that have arrived?</source>
        <translation>取消下载 %1，并删除已收到的 %2？</translation>
    </message>
    <message>
        <source>Cancel and delete</source>
        <translation>取消并删除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
</context>
<context>
    <name>dsm::SourceChoice</name>
    <message>
        <source>Asking %1…</source>
        <translation>正在询问 %1…</translation>
    </message>
    <message>
        <source>Another address</source>
        <translation>其他地址</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Where models are downloaded from</source>
        <translation>模型的下载来源</translation>
    </message>
    <message>
        <source>Address of a mirror of Hugging Face</source>
        <translation>Hugging Face 镜像的地址</translation>
    </message>
    <message>
        <source>A mirror that speaks the protocol of Hugging Face</source>
        <translation>使用 Hugging Face 协议的镜像</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Check whether the source answers and has the model</source>
        <translation>检查来源是否响应并拥有该模型</translation>
    </message>
</context>
<context>
    <name>dsm::CatalogueCard</name>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>基座</translation>
    </message>
    <message>
        <source>%1 to download.</source>
        <translation>需下载 %1。</translation>
    </message>
    <message>
        <source>Hide benchmarks</source>
        <translation>收起基准测试</translation>
    </message>
    <message>
        <source>Benchmarks</source>
        <translation>基准测试</translation>
    </message>
    <message>
        <source>Published benchmarks of %1</source>
        <translation>%1 已公布的基准测试</translation>
    </message>
    <message>
        <source>Licence of %1</source>
        <translation>%1 的许可证</translation>
    </message>
    <message>
        <source>In the queue</source>
        <translation>在队列中</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Download %1</source>
        <translation>下载 %1</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>已在本机</translation>
    </message>
</context>
<context>
    <name>dsm::GetModelSection</name>
    <message>
        <source>Get a model</source>
        <translation>获取模型</translation>
    </message>
    <message>
        <source>Another repository…</source>
        <translation>其他仓库…</translation>
    </message>
    <message>
        <source>Download another repository by its name</source>
        <translation>按名称下载其他仓库</translation>
    </message>
    <message>
        <source>organisation/model</source>
        <translation>组织/模型</translation>
    </message>
    <message>
        <source>Name of the repository</source>
        <translation>仓库名称</translation>
    </message>
    <message>
        <source>Any repository of the same architecture</source>
        <translation>任何相同架构的仓库</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Download this repository</source>
        <translation>下载此仓库</translation>
    </message>
</context>
<context>
    <name>dsm::DownloadSettings</name>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接数</translation>
    </message>
    <message>
        <source>How many parts are fetched at once</source>
        <translation>同时获取的部分数量</translation>
    </message>
    <message>
        <source>Speed limit</source>
        <translation>速度上限</translation>
    </message>
    <message>
        <source>How much of the connection downloads may use</source>
        <translation>下载最多占用多少网速</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限制</translation>
    </message>
    <message>
        <source>Unfinished downloads</source>
        <translation>未完成的下载</translation>
    </message>
    <message>
        <source>What happens to them when the program starts</source>
        <translation>程序启动时如何处理</translation>
    </message>
    <message>
        <source>Go on by themselves</source>
        <translation>自动继续</translation>
    </message>
    <message>
        <source>Wait to be resumed</source>
        <translation>等待手动继续</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>How the sources are reached</source>
        <translation>如何访问下载来源</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>None</source>
        <translation>不使用</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>手动设置</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>代理地址</translation>
    </message>
    <message>
        <source>http:// or socks5://, host and port</source>
        <translation>http:// 或 socks5://，主机和端口</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Where downloaded models are kept</source>
        <translation>已下载模型的保存位置</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Change the folder of downloads</source>
        <translation>更改下载文件夹</translation>
    </message>
    <message>
        <source>Keep downloads in</source>
        <translation>下载保存到</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>访问令牌</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save the access token</source>
        <translation>保存访问令牌</translation>
    </message>
    <message>
        <source>Saved for %1</source>
        <translation>已为 %1 保存</translation>
    </message>
    <message>
        <source>Taken away from %1</source>
        <translation>已从 %1 移除</translation>
    </message>
    <message>
        <source>This is not the address of a proxy. It looks like http://host:port.</source>
        <translation>这不是代理地址。格式如 http://主机:端口。</translation>
    </message>
    <message>
        <source>For models that ask for one: of the source chosen among the models; kept in the system's keyring and sent to that source alone</source>
        <translation>用于需要令牌的模型：属于模型页面上所选的来源；保存在系统密钥环中，只发送给该来源</translation>
    </message>
</context>
<context>
    <name>dsm::FileChecks</name>
    <message>
        <source>Checking the files: %1 of %2</source>
        <translation>正在校验文件：%1 / %2</translation>
    </message>
    <message>
        <source>No published checksums of these files are known here; that they belong together was checked when they were read</source>
        <translation>这里没有这些文件公布的校验和；读取时已检查它们彼此相符</translation>
    </message>
    <message>
        <source>All files whose checksums are known are as they were published; not known is %1</source>
        <translation>已知校验和的文件均与公布的一致；未知的是 %1</translation>
    </message>
    <message>
        <source>All files are as they were published</source>
        <translation>所有文件都与发布时一致</translation>
    </message>
    <message>
        <source>Damaged: %1. Repairing fetches only what is damaged.</source>
        <translation>已损坏：%1。修复时只重新获取损坏的部分。</translation>
    </message>
</context>
<context>
    <name>dsm::ImportRow</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Copying and checking: %1</source>
        <translation>正在复制并检查：%1</translation>
    </message>
    <message>
        <source>Checking the files: %1</source>
        <translation>正在检查文件：%1</translation>
    </message>
    <message>
        <source>Looking at the files…</source>
        <translation>正在查看文件…</translation>
    </message>
    <message>
        <source>Waits for its turn</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Progress of importing %1</source>
        <translation>导入 %1 的进度</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Import %1 again</source>
        <translation>再次导入 %1</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Dismiss the import of %1</source>
        <translation>关闭 %1 的导入</translation>
    </message>
    <message>
        <source>Cancel importing %1</source>
        <translation>取消导入 %1</translation>
    </message>
</context>
<context>
    <name>dsm::ImportsPanel</name>
    <message>
        <source>%1 is in the list already.</source>
        <translation>%1 已在列表中。</translation>
    </message>
    <message>
        <source>Used where it is, nothing is copied: the files stay yours, and the program never deletes them.</source>
        <translation>就地使用时不复制任何文件：文件仍归您所有，程序绝不会删除它们。</translation>
    </message>
    <message>
        <source>There is not enough space for a copy: it needs %1, %2 are free.</source>
        <translation>空间不足以复制：需要 %1，可用 %2。</translation>
    </message>
    <message>
        <source>Either way its files are compared with their published checksums.</source>
        <translation>无论哪种方式，文件都会与公布的校验和比对。</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>添加模型</translation>
    </message>
    <message>
        <source>Add %1?</source>
        <translation>添加 %1？</translation>
    </message>
    <message>
        <source>Use it where it is</source>
        <translation>就地使用</translation>
    </message>
    <message>
        <source>Copy it</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Being added</source>
        <translation>正在添加</translation>
    </message>
    <message>
        <source>A copy goes into the program's own folder and needs %1 of the %2 that are free there.</source>
        <translation>副本放在程序自己的文件夹中，需要 %1，那里可用 %2。</translation>
    </message>
</context>
<context>
    <name>dsm::LicenceDialog</name>
    <message>
        <source>Accept and download</source>
        <translation>接受并下载</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Licence of %1</source>
        <translation>%1 的许可证</translation>
    </message>
    <message>
        <source>Model licence</source>
        <translation>模型许可证</translation>
    </message>
    <message>
        <source>Code licence</source>
        <translation>代码许可证</translation>
    </message>
    <message>
        <source>Accept the licences and download %1</source>
        <translation>接受许可证并下载 %1</translation>
    </message>
    <message>
        <source>Published at %1</source>
        <translation>公布于 %1</translation>
    </message>
</context>
<context>
    <name>dsm::ModelImport</name>
    <message>
        <source>There is no model in %1, but one in %2: choose that folder.</source>
        <translation>%1 中没有模型，但 %2 中有：请选择那个文件夹。</translation>
    </message>
    <message>
        <source>%1 holds a GGUF file, which this program does not read. Choose the folder of the same model with config.json, tokenizer.json and *.safetensors files, or download it.</source>
        <translation>%1 中是 GGUF 文件，本程序不读取这种格式。请选择同一模型带有 config.json、tokenizer.json 和 *.safetensors 文件的文件夹，或下载该模型。</translation>
    </message>
    <message>
        <source>There is no model in %1. Choose the folder that holds config.json, tokenizer.json and *.safetensors files.</source>
        <translation>%1 中没有模型。请选择含有 config.json、tokenizer.json 和 *.safetensors 文件的文件夹。</translation>
    </message>
    <message>
        <source>%1 is damaged: its checksum is not the published one. Get this file again, then try once more.</source>
        <translation>%1 已损坏：校验和与公布的不符。请重新获取该文件，然后再试一次。</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check its permissions, then try again.</source>
        <translation>无法读取 %1（%2）。请检查其权限，然后重试。</translation>
    </message>
    <message>
        <source>%1 could not be read to its end (%2). Check the disk it is on, then try again.</source>
        <translation>%1 未能读完（%2）。请检查它所在的磁盘，然后重试。</translation>
    </message>
    <message>
        <source>%1 cannot be written (%2). Free some space or check the permissions, then try again. Nothing was kept of the copy.</source>
        <translation>无法写入 %1（%2）。请腾出空间或检查权限，然后重试。副本没有留下任何内容。</translation>
    </message>
    <message>
        <source>There is not enough space for a copy in %1: %2 are needed, %3 are free. Free %4, or use the model where it is.</source>
        <translation>%1 中空间不足以复制：需要 %2，可用 %3。请腾出 %4，或就地使用该模型。</translation>
    </message>
    <message>
        <source>%1 has no weights in the safetensors format. Get the model in this format, or download it.</source>
        <translation>%1 中没有 safetensors 格式的权重。请获取该格式的模型，或下载它。</translation>
    </message>
    <message>
        <source>%1 cannot be used: %2 Choose the folder of a whole DeepSeekMoE model, or get the missing files.</source>
        <translation>无法使用 %1：%2 请选择完整的 DeepSeekMoE 模型的文件夹，或补齐缺少的文件。</translation>
    </message>
</context>
<context>
    <name>dsm::ModelRemoval</name>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>“%1” was removed from the list; its files are still there</source>
        <translation>已从列表中移除“%1”，文件仍然保留</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Discard the conversion</source>
        <translation>丢弃转换</translation>
    </message>
    <message>
        <source>Delete what was converted of %1 so far? The model itself is not touched.</source>
        <translation>删除 %1 已转换的部分？模型本身不受影响。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1 is loaded. Unload it or load another model, then delete it.</source>
        <translation>%1 已加载。请先卸载它或加载其他模型，然后再删除。</translation>
    </message>
    <message>
        <source>%1 is being converted. Cancel the conversion, then delete it.</source>
        <translation>%1 正在转换。请先取消转换，然后再删除。</translation>
    </message>
    <message>
        <source>%1 is being downloaded. Cancel the download instead.</source>
        <translation>%1 正在下载。请改为取消下载。</translation>
    </message>
    <message>
        <source>Delete %1? This frees %2 on the disk.</source>
        <translation>删除 %1？这将释放磁盘空间 %2。</translation>
    </message>
    <message>
        <source>%1 stay, because other models or folders need them.</source>
        <translation>其中 %1 会保留，因为其他模型或文件夹需要它们。</translation>
    </message>
    <message numerus="yes">
        <source>%n of its files were put there by another program, which will no longer find them.</source>
        <translation>
            <numerusform>其中 %n 个文件是其他程序放在那里的，那个程序将找不到它们。</numerusform>
        </translation>
    </message>
    <message>
        <source>It can be converted again.</source>
        <translation>之后可以重新转换。</translation>
    </message>
    <message>
        <source>It can be downloaded again.</source>
        <translation>之后可以重新下载。</translation>
    </message>
    <message>
        <source>Delete the files</source>
        <translation>删除文件</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>“%1” was deleted</source>
        <translation>已删除“%1”</translation>
    </message>
</context>
<context>
    <name>dsm::ModelTrash</name>
    <message>
        <source>%1 cannot be put back (%2). It is kept as %3: move it yourself.</source>
        <translation>无法放回 %1（%2）。它保留为 %3：请自行移动。</translation>
    </message>
    <message>
        <source>%1 cannot be deleted (%2). Check the permissions of its folder.</source>
        <translation>无法删除 %1（%2）。请检查其所在文件夹的权限。</translation>
    </message>
</context>
<context>
    <name>dsm::EngineLease</name>
    <message>
        <source>A training run uses the computer. Pause it to chat, or wait until it has finished.</source>
        <translation>训练正在使用这台电脑。请暂停训练后再对话，或等待训练完成。</translation>
    </message>
    <message>
        <source>The model is loading or writing. Training begins when it is done.</source>
        <translation>模型正在加载或写作，完成后开始训练。</translation>
    </message>
</context>
<context>
    <name>dsm::TrainingService</name>
    <message>
        <source>There is not enough memory. Close other programs, or choose a smaller batch or length.</source>
        <translation>内存不足。请关闭其他程序，或选择更小的批量或长度。</translation>
    </message>
    <message>
        <source>The file of your trainings is being repaired. Try again in a moment.</source>
        <translation>训练记录文件正在修复。请稍后再试。</translation>
    </message>
    <message>
        <source>The file of your trainings was damaged. What could be read was carried over; the damaged file is kept as %1.</source>
        <translation>训练记录文件已损坏。可读取的内容已保留；损坏的文件保存为 %1。</translation>
    </message>
</context>
<context>
    <name>dsm::AdapterLibrary</name>
    <message>
        <source>No model is loaded.</source>
        <translation>没有加载模型。</translation>
    </message>
    <message>
        <source>%1 holds no LoRA adapter: it has neither adapter_config.json nor folders with one. Choose the folder that a training wrote.</source>
        <translation>%1 中没有 LoRA 适配器：既没有 adapter_config.json，也没有含有它的文件夹。请选择训练写出的文件夹。</translation>
    </message>
</context>
<context>
    <name>dsm::AdapterMenu</name>
    <message>
        <source>Adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>%1 (does not fit)</source>
        <translation>%1（不适用）</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Compare with the base…</source>
        <translation>与基础模型比较…</translation>
    </message>
    <message>
        <source>Add an adapter folder…</source>
        <translation>添加适配器文件夹…</translation>
    </message>
    <message>
        <source>Add an adapter folder</source>
        <translation>添加适配器文件夹</translation>
    </message>
    <message>
        <source>Forget an added folder</source>
        <translation>移除已添加的文件夹</translation>
    </message>
</context>
<context>
    <name>dsm::CompareDialog</name>
    <message>
        <source>Writing both answers…</source>
        <translation>正在写两个回答…</translation>
    </message>
    <message>
        <source>Without and with the adapter</source>
        <translation>不用适配器与使用适配器</translation>
    </message>
    <message>
        <source>Without an adapter</source>
        <translation>不用适配器</translation>
    </message>
    <message>
        <source>With %1</source>
        <translation>使用 %1</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ReplyEnding</name>
    <message>
        <source>A reply is being written</source>
        <translation>正在写回复</translation>
    </message>
    <message>
        <source>That ends the reply. What is written of it stays, and can be continued.</source>
        <translation>这会结束该回复。已写的内容会保留，之后可以继续。</translation>
    </message>
    <message>
        <source>Keep writing</source>
        <translation>继续写</translation>
    </message>
</context>
<context>
    <name>dsm::ComposerHint</name>
    <message>
        <source>Too long to send: %1 tokens, and the context has room for %2. Shorten it.</source>
        <translation>太长，无法发送：需要 %1 个词元，而上下文只能容纳 %2 个。请缩短它。</translation>
    </message>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%1 / %2 个词元</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter makes a new line. Check important answers.</source>
        <translation>按 Enter 发送，Shift+Enter 换行。重要的回答请自行核对。</translation>
    </message>
    <message>
        <source>Not pasted: the message would have %1 characters, and at most %2 can be written. Paste a part of the text.</source>
        <translation>没有粘贴：消息会有 %1 个字符，最多只能写 %2 个。请只粘贴其中一部分。</translation>
    </message>
</context>
<context>
    <name>dsm::Drafts</name>
    <message>
        <source>What you are writing cannot be kept in %1: %2. Send it, or free space.</source>
        <translation>您正在写的内容无法保存在 %1：%2。请先发送，或释放磁盘空间。</translation>
    </message>
</context>
<context>
    <name>dsm::MessageActions</name>
    <message>
        <source>Copy the message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Edit the message</source>
        <translation>编辑消息</translation>
    </message>
    <message>
        <source>Write another reply</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Previous version</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>下一个版本</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Continue the reply</source>
        <translation>继续回答</translation>
    </message>
</context>
<context>
    <name>dsm::NumberField</name>
    <message>
        <source>Not stored. Possible: %1</source>
        <translation>未保存。可用范围：%1</translation>
    </message>
</context>
<context>
    <name>dsm::DataNotices</name>
    <message>
        <source>Bring them back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Chat without saving</source>
        <translation>不保存并继续对话</translation>
    </message>
</context>
<context>
    <name>dsm::LongText</name>
    <message>
        <source>Long text</source>
        <translation>长文本</translation>
    </message>
</context>
</TS>
