<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>The beginning of the prompt did not fit into the context.</source>
        <translation>提示词的开头放不进上下文。</translation>
    </message>
    <message>
        <source>  (right)</source>
        <translation>  （正确）</translation>
    </message>
    <message>
        <source>  (the likeliest)</source>
        <translation>  （可能性最大）</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>写出：%1</translation>
    </message>
    <message>
        <source>Of it counts: %1</source>
        <translation>其中计入：%1</translation>
    </message>
    <message>
        <source>Right would be: %1</source>
        <translation>正确答案：%1</translation>
    </message>
    <message>
        <source>The prompt:</source>
        <translation>提示词：</translation>
    </message>
</context>
<context>
    <name>AttachmentPresentation</name>
    <message>
        <source>read whole</source>
        <translation>全部读取</translation>
    </message>
    <message numerus="yes">
        <source>%n pages</source>
        <translation>
            <numerusform>%n 页</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 characters</source>
        <translation>%1 个字符</translation>
    </message>
    <message>
        <source>%1–%2</source>
        <translation>%1–%2</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>%1 and more</source>
        <translation>%1 等</translation>
    </message>
    <message>
        <source>pages %1</source>
        <translation>第 %1 页</translation>
    </message>
    <message>
        <source>lines %1</source>
        <translation>第 %1 行</translation>
    </message>
    <message>
        <source>chosen by the words of the question</source>
        <translation>按问题中的词语选取</translation>
    </message>
    <message numerus="yes">
        <source>chosen by the model among %n parts</source>
        <translation>
            <numerusform>由模型从 %n 个部分中选取</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 % of it is read</source>
        <translation>读取了其中的 %1 %</translation>
    </message>
</context>
<context>
    <name>BenchmarkWords</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 % ± %2 %</source>
        <translation>%1 % ± %2 %</translation>
    </message>
    <message>
        <source>%1 questions a second</source>
        <translation>每秒 %1 题</translation>
    </message>
    <message>
        <source>written, not judged</source>
        <translation>已写出，未评判</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1, %2-shot: %3 · %4 · %5</source>
        <translation>%1，%2 个示例：%3 · %4 · %5</translation>
    </message>
    <message>
        <source>right</source>
        <translation>对</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>错</translation>
    </message>
    <message>
        <source>not judged</source>
        <translation>未评判</translation>
    </message>
    <message>
        <source>%1 costs %2 ± %3 points against %4.</source>
        <translation>%1 比 %4 低 %2 ± %3 个百分点。</translation>
    </message>
    <message>
        <source>%1 has %2 ± %3 points more than %4.</source>
        <translation>%1 比 %4 高 %2 ± %3 个百分点。</translation>
    </message>
    <message>
        <source>Of %1 questions %2 are right only there, %3 only here; by chance alone they would fall so unevenly with a probability of %4 (McNemar).</source>
        <translation>在 %1 道题中，%2 道只有后者答对，%3 道只有前者答对；仅凭偶然出现这种差别的概率是 %4（McNemar 检验）。</translation>
    </message>
</context>
<context>
    <name>CodeSaving</name>
    <message>
        <source>Save the code</source>
        <translation>保存代码</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
</context>
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
    <message>
        <source>The value of --%1 is empty.</source>
        <translation>--%1 的值为空。</translation>
    </message>
</context>
<context>
    <name>DataWords</name>
    <message>
        <source>JSON Lines</source>
        <translation>JSON Lines</translation>
    </message>
    <message>
        <source>JSON, a list of rows</source>
        <translation>JSON，由行组成的列表</translation>
    </message>
    <message>
        <source>JSON, rows in the list “%1”</source>
        <translation>JSON，行位于列表“%1”中</translation>
    </message>
    <message>
        <source>Parquet</source>
        <translation>Parquet</translation>
    </message>
    <message>
        <source>CSV, separated by semicolons</source>
        <translation>CSV，以分号分隔</translation>
    </message>
    <message>
        <source>CSV, separated by tabs</source>
        <translation>CSV，以制表符分隔</translation>
    </message>
    <message>
        <source>CSV, separated by vertical bars</source>
        <translation>CSV，以竖线分隔</translation>
    </message>
    <message>
        <source>CSV, separated by commas</source>
        <translation>CSV，以逗号分隔</translation>
    </message>
    <message>
        <source>row %1 of %2</source>
        <translation>%2 第 %1 行</translation>
    </message>
    <message>
        <source>line %1 of %2</source>
        <translation>%2 第 %1 行</translation>
    </message>
    <message>
        <source>The authors&apos; template never trains the end of a reply: a model tuned with it does not stop by itself in a chat.</source>
        <translation>作者的模板从不训练回复的结尾：用它微调的模型在对话中不会自行停止。</translation>
    </message>
    <message>
        <source>This is a Chat model, trained with another form of question than the authors&apos; template asks in.</source>
        <translation>这是 Chat 模型，其训练时的提问形式与作者的模板不同。</translation>
    </message>
    <message>
        <source>This is a Base model: it learns the form of a chat from these rows alone. A Chat model needs far fewer.</source>
        <translation>这是 Base 模型：它只能从这些行中学习对话的形式。Chat 模型所需的行数要少得多。</translation>
    </message>
    <message>
        <source>The tokenizer has no token that ends a text, so the model cannot learn where to stop.</source>
        <translation>分词器没有表示文本结束的词元，因此模型无法学会在哪里停止。</translation>
    </message>
    <message>
        <source>The tokenizer ends texts with another token than the model&apos;s configuration says: replies may not stop.</source>
        <translation>分词器结束文本所用的词元与模型配置不同：回复可能不会停止。</translation>
    </message>
    <message>
        <source>System text</source>
        <translation>系统文本</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>This is a Chat model, but the raw template has no speakers: what is learned shows in completions more than in chats.</source>
        <translation>这是 Chat 模型，但原始文本模板没有说话者：学到的内容更多体现在续写而不是对话中。</translation>
    </message>
    <message>
        <source>and others</source>
        <translation>以及其他</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) are also in the evaluation, which then looks better than it is.</source>
        <translation>
            <numerusform>有 %Ln 行也在评估数据中，会使评估结果看起来比实际更好。</numerusform>
        </translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>See %1.</source>
        <translation>请看 %1。</translation>
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
        <source>The identity of %1 could not be verified (%2). Check this computer&apos;s date and that no program intercepts the connection, then resume.</source>
        <translation>无法验证 %1 的身份（%2）。请检查这台电脑的日期，并确认没有程序拦截连接，然后继续。</translation>
    </message>
    <message>
        <source>The program is set never to connect. Allow connections in the list of connections, then resume.</source>
        <translation>程序设为从不连接。请在连接列表中允许连接，然后继续。</translation>
    </message>
</context>
<context>
    <name>JobKeyWords</name>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>LoRA adds small matrices beside the frozen model; all weights learn only where there is memory for them four times over.</source>
        <translation>LoRA 在冻结的模型旁加入小矩阵；学习全部权重则需要四倍于权重的内存。</translation>
    </message>
    <message>
        <source>What learns</source>
        <translation>学习的部分</translation>
    </message>
    <message>
        <source>The parts of the model beside which LoRA puts its matrices: more parts can learn more and take more memory and time.</source>
        <translation>LoRA 矩阵所在的模型部分：部分越多，学得越多，占用的内存和时间也越多。</translation>
    </message>
    <message>
        <source>Learned in full</source>
        <translation>完整学习的部分</translation>
    </message>
    <message>
        <source>Parts that learn all their numbers beside LoRA, such as lm_head for names the model has never written.</source>
        <translation>在 LoRA 之外完整学习的部分，例如 lm_head，用于模型从未写过的名称。</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>秩</translation>
    </message>
    <message>
        <source>How much each LoRA matrix can hold: 8 for a style, 64 for knowledge.</source>
        <translation>每个 LoRA 矩阵能容纳多少：风格用 8，知识用 64。</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>Alpha</translation>
    </message>
    <message>
        <source>How strongly the adapter counts: it is scaled by alpha divided by the rank.</source>
        <translation>适配器的强度：按 alpha 除以秩缩放。</translation>
    </message>
    <message>
        <source>Dropout</source>
        <translation>Dropout</translation>
    </message>
    <message>
        <source>The share of inputs left out at random, so that few examples are not learned by heart.</source>
        <translation>随机略去的输入比例，避免少量样例被死记硬背。</translation>
    </message>
    <message>
        <source>Scale by the root of the rank</source>
        <translation>按秩的平方根缩放</translation>
    </message>
    <message>
        <source>Divides alpha by the root of the rank: steadier for ranks of 32 and more.</source>
        <translation>用 alpha 除以秩的平方根：秩为 32 及以上时更稳定。</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>How many times all examples are gone through.</source>
        <translation>全部样例学习多少遍。</translation>
    </message>
    <message>
        <source>Steps at most</source>
        <translation>最多步数</translation>
    </message>
    <message>
        <source>Ends the run after so many steps; 0: the epochs decide.</source>
        <translation>达到此步数后结束；0：由轮数决定。</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>How far each step goes: 0.0002 is usual for LoRA, 0.00002 where all weights learn.</source>
        <translation>每一步走多远：LoRA 通常为 0.0002，学习全部权重时为 0.00002。</translation>
    </message>
    <message>
        <source>Course of the rate</source>
        <translation>学习率曲线</translation>
    </message>
    <message>
        <source>How the learning rate falls from its height to the end.</source>
        <translation>学习率从最高点到结束如何下降。</translation>
    </message>
    <message>
        <source>Steps to warm up</source>
        <translation>预热步数</translation>
    </message>
    <message>
        <source>Steps in which the rate rises to its height: a tenth of all or less.</source>
        <translation>学习率升至最高点所用的步数：不超过总步数的十分之一。</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>权重衰减</translation>
    </message>
    <message>
        <source>Draws numbers that learn a little towards zero at each step.</source>
        <translation>每一步将学习的数值略微拉向零。</translation>
    </message>
    <message>
        <source>Longest gradient</source>
        <translation>最大梯度</translation>
    </message>
    <message>
        <source>Longer gradients are shortened to this, so that one strange example spoils nothing; 0: never.</source>
        <translation>更大的梯度会被缩短到此值，以免个别异常样例造成破坏；0：从不。</translation>
    </message>
    <message>
        <source>Balance of experts</source>
        <translation>专家均衡</translation>
    </message>
    <message>
        <source>How much it counts that all experts are used alike; 0: not.</source>
        <translation>各专家均匀使用的权重；0：不考虑。</translation>
    </message>
    <message>
        <source>Mean of the loss</source>
        <translation>损失的平均</translation>
    </message>
    <message>
        <source>Every token counts alike, or, as in older trainers, every batch.</source>
        <translation>每个词元同等计入，或如旧训练器那样每批同等计入。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Decides all that is random: the same seed gives the same run.</source>
        <translation>决定一切随机性：相同的种子得到相同的训练。</translation>
    </message>
    <message>
        <source>Examples at once</source>
        <translation>同时计算的样例</translation>
    </message>
    <message>
        <source>Examples computed together: more take more memory.</source>
        <translation>一起计算的样例数：越多占用内存越多。</translation>
    </message>
    <message>
        <source>Batches of a step</source>
        <translation>每步的批数</translation>
    </message>
    <message>
        <source>So many batches make one step: a larger step without more memory.</source>
        <translation>这么多批组成一步：步子更大而不占用更多内存。</translation>
    </message>
    <message>
        <source>Pack short examples</source>
        <translation>合并短样例</translation>
    </message>
    <message>
        <source>Fills each batch with as many examples as have room: faster where many are short.</source>
        <translation>每批尽量填满样例：短样例多时更快。</translation>
    </message>
    <message>
        <source>Group by length</source>
        <translation>按长度分组</translation>
    </message>
    <message>
        <source>Puts examples of like length together, the longest first: too little memory shows at once.</source>
        <translation>把长度相近的样例放在一起，最长的在前：内存不足会立刻显现。</translation>
    </message>
    <message>
        <source>Compute again to save memory</source>
        <translation>重算以节省内存</translation>
    </message>
    <message>
        <source>Keeps less in memory and computes it a second time: a quarter slower.</source>
        <translation>内存中保留更少，需要时重新计算：约慢四分之一。</translation>
    </message>
    <message>
        <source>File to evaluate with</source>
        <translation>用于评估的文件</translation>
    </message>
    <message>
        <source>Examples that are never trained and only measured.</source>
        <translation>从不训练、只用于测量的样例。</translation>
    </message>
    <message>
        <source>Share to evaluate with</source>
        <translation>用于评估的比例</translation>
    </message>
    <message>
        <source>Keeps this share of the examples back, to measure what was learned on what was never seen.</source>
        <translation>留出这一比例的样例，用从未见过的内容衡量学习效果。</translation>
    </message>
    <message>
        <source>Steps between evaluations</source>
        <translation>评估间隔步数</translation>
    </message>
    <message>
        <source>0: at the end of each epoch.</source>
        <translation>0：在每轮结束时。</translation>
    </message>
    <message>
        <source>Patience</source>
        <translation>耐心</translation>
    </message>
    <message>
        <source>Ends the run early after so many evaluations without gain; 0: never.</source>
        <translation>连续这么多次评估没有进步就提前结束；0：从不。</translation>
    </message>
    <message>
        <source>Measure before the first step</source>
        <translation>第一步之前先测量</translation>
    </message>
    <message>
        <source>Tells what the model could do already, to compare with.</source>
        <translation>了解模型原本的水平，以便比较。</translation>
    </message>
    <message>
        <source>Fixed prompts</source>
        <translation>固定提示</translation>
    </message>
    <message>
        <source>Answered before the first step and at each checkpoint.</source>
        <translation>在第一步之前和每个检查点回答。</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>Tokens of an answer to a fixed prompt.</source>
        <translation>固定提示的回答的词元数。</translation>
    </message>
    <message>
        <source>Steps between log lines</source>
        <translation>日志间隔步数</translation>
    </message>
    <message>
        <source>How often a line goes into the record that checkpoints keep.</source>
        <translation>多久向检查点的记录中写入一行。</translation>
    </message>
    <message>
        <source>Steps between checkpoints</source>
        <translation>检查点间隔步数</translation>
    </message>
    <message>
        <source>Minutes between checkpoints</source>
        <translation>检查点间隔分钟数</translation>
    </message>
    <message>
        <source>Saves after so much time as well: no more is lost when the power fails; 0: not.</source>
        <translation>经过这么久也会保存：断电时不会损失更多；0：不保存。</translation>
    </message>
    <message>
        <source>Checkpoints kept</source>
        <translation>保留的检查点</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程</translation>
    </message>
    <message>
        <source>Cores that work for the run; 0: all of them.</source>
        <translation>用于训练的核心数；0：全部。</translation>
    </message>
    <message>
        <source>LoRA (an adapter)</source>
        <translation>LoRA（适配器）</translation>
    </message>
    <message>
        <source>All weights</source>
        <translation>全部权重</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>Attention and shared experts</source>
        <translation>注意力和共享专家</translation>
    </message>
    <message>
        <source>All linear maps</source>
        <translation>所有线性层</translation>
    </message>
    <message>
        <source>Cosine</source>
        <translation>余弦</translation>
    </message>
    <message>
        <source>Straight</source>
        <translation>直线</translation>
    </message>
    <message>
        <source>Not at all</source>
        <translation>不下降</translation>
    </message>
    <message>
        <source>Over tokens</source>
        <translation>按词元</translation>
    </message>
    <message>
        <source>Over batches</source>
        <translation>按批</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Earlier answers</source>
        <translation>较早的回答</translation>
    </message>
    <message>
        <source>Only read</source>
        <translation>只作为上下文</translation>
    </message>
    <message>
        <source>Above 0, at most %1; default %2.</source>
        <translation>大于 0，不超过 %1；默认 %2。</translation>
    </message>
    <message>
        <source>Above 0; default %1.</source>
        <translation>大于 0；默认 %1。</translation>
    </message>
    <message>
        <source>%1 or more; default %2.</source>
        <translation>不小于 %1；默认 %2。</translation>
    </message>
    <message>
        <source>From %1 to %2; default %3.</source>
        <translation>从 %1 到 %2；默认 %3。</translation>
    </message>
    <message>
        <source>Whether all answers of a conversation are learned, or the last alone.</source>
        <translation>是学习一段对话中的所有回答，还是只学习最后一个。</translation>
    </message>
    <message>
        <source>Learned, too</source>
        <translation>同样学习</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>What it keeps of earlier gradients: of 8 bits it takes a quarter of the memory.</source>
        <translation>它为之前的梯度保留的内容：用 8 位只占四分之一的内存。</translation>
    </message>
    <message>
        <source>AdamW</source>
        <translation>AdamW</translation>
    </message>
    <message>
        <source>AdamW with moments of 8 bits</source>
        <translation>8 位动量的 AdamW</translation>
    </message>
    <message>
        <source>Layers on the GPU</source>
        <translation>放在 GPU 上的层数</translation>
    </message>
    <message>
        <source>Whether the CPU may compute the experts for which a GPU has no room: what did not fit then fits, and takes longer.</source>
        <translation>GPU 放不下的专家是否可以由 CPU 计算：原本放不下的就放得下了，但耗时更长。</translation>
    </message>
    <message>
        <source>All of them</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation>能放多少放多少</translation>
    </message>
    <message>
        <source>Of those after so many steps, 0: all. Of those at the end of an epoch the newest and the best stay.</source>
        <translation>指每隔若干步保存的检查点，0：全部保留。每轮结束时保存的只保留最新的和最好的。</translation>
    </message>
</context>
<context>
    <name>MemoryCard</name>
    <message>
        <source>This program</source>
        <translation>本程序</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>基础模型</translation>
    </message>
    <message>
        <source>What learns</source>
        <translation>学习的部分</translation>
    </message>
    <message>
        <source>Gradients</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>激活值</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Products</source>
        <translation>乘积</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Kept free</source>
        <translation>预留</translation>
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
    <message>
        <source>%1 with %2</source>
        <translation>%1，使用 %2</translation>
    </message>
    <message>
        <source>The model first summarizes the older messages, for which the context has no room.</source>
        <translation>上下文放不下较早的消息，模型先为它们写摘要。</translation>
    </message>
    <message>
        <source>Drawn with the seed %1. The settings of this chat can use it again.</source>
        <translation>用随机种子 %1 生成。可在此对话的设置中再次使用。</translation>
    </message>
    <message>
        <source>The model looks at parts of the files to choose what it reads: %1 of %2.</source>
        <translation>模型正在查看文件的各个部分，以选取要读的内容：%1 / %2。</translation>
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
        <source>The GPU %1 has no room for the experts of %2 of %3 layers, which the CPU computes. Takes %4 of the GPU&apos;s memory and %5 of this computer&apos;s.</source>
        <translation>GPU %1 放不下 %3 层中 %2 层的专家，这些由 CPU 计算。占用显存 %4，电脑内存 %5。</translation>
    </message>
    <message>
        <source>Won&apos;t fit</source>
        <translation>放不下</translation>
    </message>
    <message>
        <source>It has a chat template that this program cannot use, so it goes on with your text instead of answering. %1</source>
        <translation>它的对话模板无法在本程序中使用，因此只会接着您的文字往下写，而不会回答问题。%1</translation>
    </message>
    <message>
        <source>CPU (reference)</source>
        <translation>CPU（参考实现）</translation>
    </message>
    <message numerus="yes">
        <source>CPU, %n threads</source>
        <translation>
            <numerusform>CPU，%n 个线程</numerusform>
        </translation>
    </message>
    <message>
        <source>GPU %1 (%2)</source>
        <translation>GPU %1（%2）</translation>
    </message>
    <message>
        <source>%1, the experts of %2 of %3 layers on the %4</source>
        <translation>%1，%3 层中有 %2 层的专家在 %4 上计算</translation>
    </message>
</context>
<context>
    <name>OwnFiles</name>
    <message>
        <source>%1 could not be read. It was set aside as %2, and a new one is begun.</source>
        <translation>无法读取 %1。原文件已另存为 %2，并新建了一个。</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>a carriage return stands alone: lines end with a line feed.</source>
        <translation>有一个单独的回车符：行应以换行符结尾。</translation>
    </message>
    <message>
        <source>a quote stands where none may: a field with quotes in it is quoted as a whole, and each quote in it doubled.</source>
        <translation>引号出现在不该出现的地方：含引号的字段应整体用引号括起，其中的每个引号写两遍。</translation>
    </message>
    <message>
        <source>a NUL byte, where text was expected.</source>
        <translation>有一个 NUL 字节，而此处应为文本。</translation>
    </message>
    <message>
        <source>there is 1 field, but %1 columns.</source>
        <translation>只有 1 个字段，而列有 %1 个。</translation>
    </message>
    <message>
        <source>there are %1 fields, but %2 columns.</source>
        <translation>有 %1 个字段，而列有 %2 个。</translation>
    </message>
    <message>
        <source>longer than %1 MB.</source>
        <translation>超过 %1 MB。</translation>
    </message>
    <message>
        <source>there is not enough memory for it.</source>
        <translation>内存不足，无法读取。</translation>
    </message>
    <message>
        <source>byte %1, 0x%2, is not UTF-8. Save the file as UTF-8.</source>
        <translation>第 %1 个字节 0x%2 不是 UTF-8。请将文件另存为 UTF-8。</translation>
    </message>
    <message>
        <source>byte %1 of its line %3, 0x%2, is not UTF-8. Save the file as UTF-8.</source>
        <translation>其第 %3 行的第 %1 个字节 0x%2 不是 UTF-8。请将文件另存为 UTF-8。</translation>
    </message>
    <message>
        <source>a row is an object of columns, but this is a single value.</source>
        <translation>一行应是由各列组成的对象，但这里只是单个值。</translation>
    </message>
    <message>
        <source>a row is an object of columns, but this is an array.</source>
        <translation>一行应是由各列组成的对象，但这里是一个数组。</translation>
    </message>
    <message>
        <source>a text in it is not UTF-8.</source>
        <translation>其中有文本不是 UTF-8。</translation>
    </message>
    <message>
        <source>this is not valid JSON.</source>
        <translation>这不是有效的 JSON。</translation>
    </message>
    <message>
        <source>a NUL byte, where JSON was expected.</source>
        <translation>有一个 NUL 字节，而此处应为 JSON。</translation>
    </message>
    <message>
        <source>this is not UTF-8, so not valid JSON.</source>
        <translation>这不是 UTF-8，因此不是有效的 JSON。</translation>
    </message>
    <message>
        <source>a number is too large.</source>
        <translation>有一个数过大。</translation>
    </message>
    <message>
        <source>the key &quot;%1&quot; appears twice in one object.</source>
        <translation>键“%1”在同一个对象中出现了两次。</translation>
    </message>
    <message>
        <source>the values nest deeper than %1 levels.</source>
        <translation>值的嵌套超过 %1 层。</translation>
    </message>
    <message>
        <source>this is a table by columns, each with the list of all its values, where one object for each row was expected. Write it anew, by pandas with to_json(&quot;data.jsonl&quot;, orient=&quot;records&quot;, lines=True), by datasets with Dataset.from_dict(table).to_json(&quot;data.jsonl&quot;).</source>
        <translation>这是一张按列存放的表，每列是其所有值的列表，而此处应为每行一个对象。请重新写出：用 pandas 的 to_json(&quot;data.jsonl&quot;, orient=&quot;records&quot;, lines=True)，或用 datasets 的 Dataset.from_dict(table).to_json(&quot;data.jsonl&quot;)。</translation>
    </message>
    <message>
        <source>this is a table whose rows stand under their numbers, where one object for each row was expected. Write it anew, by pandas with to_json(&quot;data.jsonl&quot;, orient=&quot;records&quot;, lines=True), by datasets with Dataset.from_dict(table).to_json(&quot;data.jsonl&quot;).</source>
        <translation>这是一张按行号存放各行的表，而此处应为每行一个对象。请重新写出：用 pandas 的 to_json(&quot;data.jsonl&quot;, orient=&quot;records&quot;, lines=True)，或用 datasets 的 Dataset.from_dict(table).to_json(&quot;data.jsonl&quot;)。</translation>
    </message>
    <message>
        <source>this is a table by columns, each with its values under the numbers of their rows, where one object for each row was expected. Write it anew, by pandas with to_json(&quot;data.jsonl&quot;, orient=&quot;records&quot;, lines=True), by datasets with Dataset.from_dict(table).to_json(&quot;data.jsonl&quot;).</source>
        <translation>这是一张按列存放的表，每列的值按行号排列，而此处应为每行一个对象。请重新写出：用 pandas 的 to_json(&quot;data.jsonl&quot;, orient=&quot;records&quot;, lines=True)，或用 datasets 的 Dataset.from_dict(table).to_json(&quot;data.jsonl&quot;)。</translation>
    </message>
    <message>
        <source>this is a table with the names of its columns apart from its rows, where one object for each row was expected. Write it anew, by pandas with to_json(&quot;data.jsonl&quot;, orient=&quot;records&quot;, lines=True), by datasets with Dataset.from_dict(table).to_json(&quot;data.jsonl&quot;).</source>
        <translation>这是一张列名与各行分开存放的表，而此处应为每行一个对象。请重新写出：用 pandas 的 to_json(&quot;data.jsonl&quot;, orient=&quot;records&quot;, lines=True)，或用 datasets 的 Dataset.from_dict(table).to_json(&quot;data.jsonl&quot;)。</translation>
    </message>
    <message>
        <source>it has none of the columns output (with instruction), messages, conversations and text, or it is null. Its columns are: %1.</source>
        <translation>它没有 output（连同 instruction）、messages、conversations 和 text 中的任何一列，或该列为 null。它的列是：%1。</translation>
    </message>
    <message>
        <source>If these are meant, map %1 (&quot;columns&quot; of a job, --map of a command).</source>
        <translation>如果指的是这些列，请指定 %1（任务的“columns”，命令的 --map）。</translation>
    </message>
    <message>
        <source>the column %1 is %2w, where a text was expected.</source>
        <translation>列 %1 是%2w，而此处应为文本。</translation>
    </message>
    <message>
        <source>the column %1 is empty.</source>
        <translation>列 %1 为空。</translation>
    </message>
    <message>
        <source>the column %1 is %2w, where a list was expected.</source>
        <translation>列 %1 是%2w，而此处应为列表。</translation>
    </message>
    <message>
        <source>the column %1 begins like a list, but is not valid JSON.</source>
        <translation>列 %1 的开头像列表，但不是有效的 JSON。</translation>
    </message>
    <message>
        <source>it has an answer, but no column %1. Its columns are: %2.</source>
        <translation>它有回答，但没有列 %1。它的列是：%2。</translation>
    </message>
    <message>
        <source>it has a column %1, which belongs to %2, but is read from %3. Put the earlier turns there, or take the column out of the data.</source>
        <translation>它有一列 %1，该列属于 %2，但数据是从 %3 读取的。请把之前的轮次放到那里，或从数据中删去这一列。</translation>
    </message>
    <message>
        <source>it has a column %1, but tools are not trained. Take the column out of the data.</source>
        <translation>它有一列 %1，但工具调用不参与训练。请从数据中删去这一列。</translation>
    </message>
    <message>
        <source>it has a column %1, but the model reads text alone. Take the column out of the data.</source>
        <translation>它有一列 %1，但模型只读文本。请从数据中删去这一列。</translation>
    </message>
    <message>
        <source>it has a column %1, but pairs of better and worse answers are not trained. Put the answers to learn, and them alone, into a file with the columns instruction and output.</source>
        <translation>它有一列 %1，但不训练优劣回答对。请只把要学的回答放进一个含 instruction 和 output 列的文件。</translation>
    </message>
    <message>
        <source>it has a column %1, but what is trained is chosen by the template, by &quot;history&quot; of the job (--history of a command) and by the key weight alone. Take the column out of the data.</source>
        <translation>它有一列 %1，但训练哪些内容只由模板、任务的“history”（命令的 --history）和键 weight 决定。请从数据中删去这一列。</translation>
    </message>
    <message>
        <source>it has a column %1, but that is chosen by &quot;history&quot; of the job, or --history of a command, for all rows. Take the column out of the data.</source>
        <translation>它有一列 %1，但这由任务的“history”或命令的 --history 对所有行统一决定。请从数据中删去这一列。</translation>
    </message>
    <message>
        <source>it has a column %1, but only the key weight, of 0 or 1, is honoured. Take the column out of the data.</source>
        <translation>它有一列 %1，但只认取值为 0 或 1 的键 weight。请从数据中删去这一列。</translation>
    </message>
    <message>
        <source>its weight is 0, so that nothing of it is trained.</source>
        <translation>它的权重为 0，因此没有任何内容参与训练。</translation>
    </message>
    <message>
        <source>%1&quot;%2&quot; is %3; only 0 (read, not trained) and 1 (trained) are honoured.</source>
        <translation>%1“%2”是 %3；只认 0（只读，不训练）和 1（训练）。</translation>
    </message>
    <message>
        <source>%1&quot;%2&quot; and &quot;%3&quot; disagree on whether it is trained.</source>
        <translation>%1“%2”与“%3”对是否训练说法不一。</translation>
    </message>
    <message>
        <source>%1the key &quot;%2&quot; is not understood and may change what is learned. Take it out of the data.</source>
        <translation>%1不认识键“%2”，它可能改变所学的内容。请从数据中删去它。</translation>
    </message>
    <message>
        <source>%1 is %2w, not an object.</source>
        <translation>%1 是%2w，不是对象。</translation>
    </message>
    <message>
        <source>%1 has no &quot;%2&quot;.</source>
        <translation>%1 没有“%2”。</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is %3w, where a text was expected.</source>
        <translation>%1：“%2”是%3w，而此处应为文本。</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; and &quot;%3&quot; hold different texts.</source>
        <translation>%1：“%2”与“%3”的文本不同。</translation>
    </message>
    <message>
        <source>%1: there is no role &quot;%2&quot;.</source>
        <translation>%1：没有角色“%2”。</translation>
    </message>
    <message>
        <source>%1: its weight asks that it be trained, but only answers are.</source>
        <translation>%1：它的权重要求训练它，但只有回答才会被训练。</translation>
    </message>
    <message>
        <source>%1: a system text stands only at the beginning.</source>
        <translation>%1：系统文本只能在开头。</translation>
    </message>
    <message>
        <source>%1: a question was expected.</source>
        <translation>%1：此处应为问题。</translation>
    </message>
    <message>
        <source>%1: an answer was expected.</source>
        <translation>%1：此处应为回答。</translation>
    </message>
    <message>
        <source>%1: the answer is empty.</source>
        <translation>%1：回答为空。</translation>
    </message>
    <message>
        <source>%1 holds no question.</source>
        <translation>%1 中没有问题。</translation>
    </message>
    <message>
        <source>%1 holds more than one system text.</source>
        <translation>%1 中有不止一个系统文本。</translation>
    </message>
    <message>
        <source>%1 ends without an answer.</source>
        <translation>%1 的结尾没有回答。</translation>
    </message>
    <message>
        <source>there is a system text in %1[0] and another in a column of its own.</source>
        <translation>%1[0] 中有一个系统文本，另有一列中还有一个。</translation>
    </message>
    <message>
        <source>%1 is no list of a question and its answer.</source>
        <translation>%1 不是由一个问题及其回答组成的列表。</translation>
    </message>
    <message>
        <source>it holds a text without question and answer, which the raw template takes.</source>
        <translation>它是一段没有问答的文本，应使用 raw 模板。</translation>
    </message>
    <message>
        <source>the reference template takes one question and one answer.</source>
        <translation>reference 模板只接受一个问题和一个回答。</translation>
    </message>
    <message>
        <source>the raw template takes a text, or one question and one answer.</source>
        <translation>raw 模板接受一段文本，或一个问题和一个回答。</translation>
    </message>
    <message>
        <source>nothing of it is trained: its answers are only to be read.</source>
        <translation>没有任何内容参与训练：它的回答只供阅读。</translation>
    </message>
    <message>
        <source>within %1 tokens nothing of it is left to train; it has %2.</source>
        <translation>在 %1 个词元之内没有可训练的内容；它共有 %2 个。</translation>
    </message>
    <message>
        <source>%1 holds no rows.</source>
        <translation>%1 中没有任何行。</translation>
    </message>
    <message>
        <source>The %1 files of the data hold no rows.</source>
        <translation>数据的 %1 个文件中没有任何行。</translation>
    </message>
    <message>
        <source>%1: none of %2 rows is usable.</source>
        <translation>%1：%2 行中没有一行可用。</translation>
    </message>
    <message>
        <source>The %1 files of the data: none of %2 rows is usable.</source>
        <translation>数据的 %1 个文件：%2 行中没有一行可用。</translation>
    </message>
    <message>
        <source>Line %1:</source>
        <translation>第 %1 行：</translation>
    </message>
    <message>
        <source>Row %1:</source>
        <translation>第 %1 条：</translation>
    </message>
    <message>
        <source>%1: line %2:</source>
        <translation>%1：第 %2 行：</translation>
    </message>
    <message>
        <source>%1: row %2:</source>
        <translation>%1：第 %2 条：</translation>
    </message>
    <message>
        <source>%1: no row has the column %2, which is to be the %3.</source>
        <translation>%1：没有一行含有列 %2，而它应作为 %3。</translation>
    </message>
    <message>
        <source>the row was edited, and the file has changed since. Edit it anew, or take its edit out of the file of edits.</source>
        <translation>该行曾被修改，而文件之后又变了。请重新修改，或从修改文件中删去这一条。</translation>
    </message>
    <message>
        <source>The edits beside %1 are of rows that are no more: the data has changed since. Edit it anew, or remove the files that end in .edits.json.</source>
        <translation>%1 旁的修改所指的行已不存在：数据之后变了。请重新修改，或删去以 .edits.json 结尾的文件。</translation>
    </message>
    <message>
        <source>%1 has changed: there is no line %2 any more.</source>
        <translation>%1 已变动：不再有第 %2 行。</translation>
    </message>
    <message>
        <source>%1 has changed: there is no row %2 any more.</source>
        <translation>%1 已变动：不再有第 %2 条。</translation>
    </message>
    <message>
        <source>A system text belongs to the template chat; the template %1 has no place for one.</source>
        <translation>系统文本属于 chat 模板；模板 %1 中没有它的位置。</translation>
    </message>
    <message>
        <source>The data holds no token to learn: every label is masked, or there is no sample.</source>
        <translation>数据中没有可学的词元：所有标签都被遮住，或没有样本。</translation>
    </message>
    <message>
        <source>%1 is empty: expected the names of the columns in its first line, such as question,answer, and a row in each line below.</source>
        <translation>%1 是空的：第一行应为列名，如 question,answer，其下每行一条。</translation>
    </message>
    <message>
        <source>%1: data sets end in .jsonl, .json, .csv, .tsv or .parquet.</source>
        <translation>%1：数据集以 .jsonl、.json、.csv、.tsv 或 .parquet 结尾。</translation>
    </message>
    <message>
        <source>%1 is not UTF-8 but %2. Save it as UTF-8.</source>
        <translation>%1 不是 UTF-8，而是 %2。请另存为 UTF-8。</translation>
    </message>
    <message>
        <source>%1 is compressed. Unpack it and name the file inside.</source>
        <translation>%1 是压缩文件。请解压后选择其中的文件。</translation>
    </message>
    <message>
        <source>the array ends early: the file is cut off. Make it again.</source>
        <translation>数组提前结束：文件被截断了。请重新生成。</translation>
    </message>
    <message>
        <source>this is not valid JSON, so the rows after it cannot be found.</source>
        <translation>这不是有效的 JSON，因此找不到其后的各行。</translation>
    </message>
    <message>
        <source>there are rows under &quot;%1&quot; and under &quot;%2&quot;. Put those to train on into a file of their own.</source>
        <translation>“%1”和“%2”下都有数据行。请把要训练的放进单独的文件。</translation>
    </message>
    <message>
        <source>the row is longer than %1 MB.</source>
        <translation>该行超过 %1 MB。</translation>
    </message>
    <message>
        <source>two columns are called %1.</source>
        <translation>有两列都叫 %1。</translation>
    </message>
    <message>
        <source>the name of column %1:</source>
        <translation>第 %1 列的列名：</translation>
    </message>
    <message>
        <source>Cannot %1w a file in %2, where the tokens of the data set are kept: %3w. Set TMPDIR to a folder on another disk, or one with more room.</source>
        <translation>无法在 %2 中%1w存放数据集词元的文件：%3w。请把 TMPDIR 设为另一块磁盘上的文件夹，或空间更大的文件夹。</translation>
    </message>
    <message>
        <source>Cannot %1w %2: %3w.</source>
        <translation>无法%1w %2：%3w。</translation>
    </message>
    <message>
        <source>This job needs %1 and this computer has %2. Use a smaller batch_size or max_length, fewer targets, or a model in fewer bits.</source>
        <translation>此任务需要 %1，而这台计算机有 %2。请使用更小的 batch_size 或 max_length、更少的训练目标，或位数更少的模型。</translation>
    </message>
    <message>
        <source>Not enough memory for gradients and optimizer. Use LoRA with fewer targets or a smaller rank.</source>
        <translation>内存不足以存放梯度和优化器。请使用训练目标更少或秩更小的 LoRA。</translation>
    </message>
    <message>
        <source>Not enough memory for a batch of this size. Use a smaller batch or shorter samples, with more accumulation.</source>
        <translation>内存不足以处理这样大的批次。请使用更小的批次或更短的样本，并增加累积。</translation>
    </message>
    <message>
        <source>Not enough memory for the %1 numbers that would learn.</source>
        <translation>内存不足以存放要学习的 %1 个数。</translation>
    </message>
    <message>
        <source>Full fine-tuning needs a model in 16 or 32 bits, and %1 is in %2. Use the unconverted model, or LoRA.</source>
        <translation>全量微调需要 16 位或 32 位的模型，而 %1 是 %2。请使用未转换的模型，或使用 LoRA。</translation>
    </message>
    <message>
        <source>The output folder %1 cannot be made: %2w. Name another &quot;output&quot; in the job.</source>
        <translation>无法建立输出文件夹 %1：%2w。请为任务的“output”另取一个。</translation>
    </message>
    <message>
        <source>Nothing can be written into the output folder %1: %2w. Name another &quot;output&quot; in the job, or make room or give the right to write there.</source>
        <translation>无法写入输出文件夹 %1：%2w。请为任务的“output”另取一个，或腾出空间，或给予写入权限。</translation>
    </message>
    <message>
        <source>%1 is in use: %2 trains there. Wait until it has ended, stop it, or name another &quot;output&quot; in the job.</source>
        <translation>%1 正在使用中：%2 在那里训练。请等它结束、停止它，或为任务的“output”另取一个。</translation>
    </message>
    <message>
        <source>%1 already holds %2, which this run did not write. Nothing was changed; name a new or an empty folder as &quot;output&quot; of the job.</source>
        <translation>%1 中已有 %2，不是这次训练写的。什么都没有改动；请为任务的“output”取一个新的或空的文件夹。</translation>
    </message>
    <message>
        <source>%1 has %2 free, and this run needs %3 for %4 checkpoints of %5 and the result. Make room, name an &quot;output&quot; on another disk, or keep fewer checkpoints (save_limit, save_steps).</source>
        <translation>%1 还有 %2 可用，而此次训练需要 %3，用于 %4 个各 %5 的检查点和结果。请腾出空间，把“output”放到另一块磁盘，或少保留检查点（save_limit、save_steps）。</translation>
    </message>
    <message>
        <source>%1 has %2 free, and this run needs %3 for the checkpoint of step %4. Make room, name an &quot;output&quot; on another disk, or keep fewer checkpoints (save_limit, save_steps).</source>
        <translation>%1 还有 %2 可用，而此次训练需要 %3，用于第 %4 步的检查点。请腾出空间，把“output”放到另一块磁盘，或少保留检查点（save_limit、save_steps）。</translation>
    </message>
    <message>
        <source>%1 has %2 free, and this run needs %3 for the result. Make room, name an &quot;output&quot; on another disk, or keep fewer checkpoints (save_limit, save_steps).</source>
        <translation>%1 还有 %2 可用，而此次训练需要 %3，用于结果。请腾出空间，把“output”放到另一块磁盘，或少保留检查点（save_limit、save_steps）。</translation>
    </message>
    <message>
        <source>%1 is a checkpoint of another job: %2. Give the job back what it had, or start anew in another folder.</source>
        <translation>%1 是另一个任务的检查点：%2。请恢复任务原来的设置，或在另一个文件夹中重新开始。</translation>
    </message>
    <message>
        <source>No checkpoint in %1 can be gone on with. Put back what was there, or start anew in another folder.</source>
        <translation>%1 中没有可以继续的检查点。请放回原来的内容，或在另一个文件夹中重新开始。</translation>
    </message>
    <message>
        <source>Step %1: the loss is not a finite number.</source>
        <translation>第 %1 步：损失不是有限数。</translation>
    </message>
    <message>
        <source>Step %1: the loss of the evaluation is not a finite number.</source>
        <translation>第 %1 步：评估的损失不是有限数。</translation>
    </message>
    <message>
        <source>Step %1: the gradient is not finite while the loss is %2; the first such gradient is that of %3.</source>
        <translation>第 %1 步：梯度不是有限数，而损失为 %2；第一个这样的梯度是 %3 的。</translation>
    </message>
    <message>
        <source>The first numbers that are not finite stand in %1.</source>
        <translation>第一批非有限数出现在 %1。</translation>
    </message>
    <message>
        <source>Weights that learn are no longer finite.</source>
        <translation>参与学习的权重已不是有限数。</translation>
    </message>
    <message>
        <source>The learning rate was %1. Try a tenth of the learning rate, a longer warm-up or max_grad_norm 0.3; the model and the data may also be damaged.</source>
        <translation>学习率为 %1。请试试十分之一的学习率、更长的预热，或 max_grad_norm 0.3；模型和数据也可能已损坏。</translation>
    </message>
    <message>
        <source>The last good checkpoint is %1.</source>
        <translation>最后一个完好的检查点是 %1。</translation>
    </message>
    <message>
        <source>There is no checkpoint yet.</source>
        <translation>还没有检查点。</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>真或假</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>null</source>
        <translation>null</translation>
    </message>
    <message>
        <source>a string</source>
        <translation>字符串</translation>
    </message>
    <message>
        <source>read</source>
        <translation>读取</translation>
    </message>
    <message>
        <source>write</source>
        <translation>写入</translation>
    </message>
    <message>
        <source>remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>make</source>
        <translation>建立</translation>
    </message>
    <message>
        <source>make the folder</source>
        <translation>建立文件夹</translation>
    </message>
    <message>
        <source>make a file in</source>
        <translation>建立文件于</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>超出磁盘配额</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>没有权限</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>文件系统只读</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>磁盘读写出错</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>没有这个文件或文件夹</translation>
    </message>
    <message>
        <source>File too large</source>
        <translation>文件过大</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>打开的文件过多</translation>
    </message>
    <message>
        <source>%1 is a Git LFS pointer, not the file itself. Fetch it with &quot;git lfs pull&quot; in its folder, or download it again.</source>
        <translation>%1 是 Git LFS 指针，不是文件本身。请在其文件夹中用 &quot;git lfs pull&quot; 取回，或重新下载。</translation>
    </message>
    <message>
        <source>%1 is a web page, not the file itself: a server answered with it, for instance to ask for a login. Download the file again.</source>
        <translation>%1 是网页，不是文件本身：服务器返回了它，例如要求登录。请重新下载该文件。</translation>
    </message>
    <message>
        <source>%1 stands beside the rows under &quot;%2&quot; and would change what is learned. Put it into each of them.</source>
        <translation>%1 位于“%2”下各行之外，会改变所学内容。请把它写入每一行。</translation>
    </message>
    <message>
        <source>%1 holds no model: neither %2 nor %3 is there.</source>
        <translation>%1 中没有模型：既没有 %2，也没有 %3。</translation>
    </message>
    <message>
        <source>%1 names %2 files of weights, and %3 of them are not there: %4. Fetch them, too.</source>
        <translation>%1 列出了 %2 个权重文件，其中 %3 个不存在：%4。请把它们也下载下来。</translation>
    </message>
    <message>
        <source>%1 has %2 bytes, too few for a safetensors file; it is incomplete.</source>
        <translation>%1 只有 %2 字节，不足以构成 safetensors 文件；它不完整。</translation>
    </message>
    <message>
        <source>%1: the header of %2 bytes ends after the file, which is incomplete.</source>
        <translation>%1：%2 字节的文件头超出了文件末尾，文件不完整。</translation>
    </message>
    <message>
        <source>The model %1 has its weights in few bits, and is made into no other form. Copy its folder.</source>
        <translation>模型 %1 的权重是低位数的，不能转换为其他形式。请复制它的文件夹。</translation>
    </message>
    <message>
        <source>The base model %1 has its weights in few bits, where nothing can be worked in. Choose the model in 16 bits that it was made from as the base of a run, or export the adapter alone.</source>
        <translation>基础模型 %1 的权重是低位数的，无法把内容合并进去。请选择制作它所用的 16 位模型作为训练的基础，或只导出适配器。</translation>
    </message>
    <message>
        <source>%1 holds something already: choose another name.</source>
        <translation>%1 中已有内容：请换一个名称。</translation>
    </message>
    <message>
        <source>%1 has %2 free, and this export needs %3 at one time. Make room, or choose another disk.</source>
        <translation>%1 还有 %2 可用，而此次导出同时需要 %3。请腾出空间，或选择另一块磁盘。</translation>
    </message>
    <message>
        <source>%1: %2:</source>
        <translation>%1：%2：</translation>
    </message>
    <message>
        <source>%1: line %2: %3:</source>
        <translation>%1：第 %2 行：%3：</translation>
    </message>
    <message>
        <source>the key is missing.</source>
        <translation>缺少这个键。</translation>
    </message>
    <message>
        <source>the key stands there a second time; leave one of both.</source>
        <translation>这个键出现了两次；请只留一个。</translation>
    </message>
    <message>
        <source>this is no option of a job. Leave it out, or say it in &quot;comment&quot;.</source>
        <translation>任务没有这个选项。请删去它，或写在“comment”里。</translation>
    </message>
    <message>
        <source>this is no option of a job; did you mean &quot;%1&quot;?</source>
        <translation>任务没有这个选项；您是指“%1”吗？</translation>
    </message>
    <message>
        <source>expected a whole number from %1 to %2, not %3.</source>
        <translation>应为 %1 到 %2 的整数，而不是 %3。</translation>
    </message>
    <message>
        <source>expected a number from %1 to %2, not %3.</source>
        <translation>应为 %1 到 %2 的数，而不是 %3。</translation>
    </message>
    <message>
        <source>expected one of %1, not %2.</source>
        <translation>应为 %1 之一，而不是 %2。</translation>
    </message>
    <message>
        <source>expected a path, not %1.</source>
        <translation>应为路径，而不是 %1。</translation>
    </message>
    <message>
        <source>expected true or false, not %1.</source>
        <translation>应为 true 或 false，而不是 %1。</translation>
    </message>
    <message>
        <source>bytes that are not UTF-8</source>
        <translation>不是 UTF-8 的字节</translation>
    </message>
    <message>
        <source>a time, a decimal or another value that is not read</source>
        <translation>时间、小数等不读取的值</translation>
    </message>
    <message>
        <source>in a form of Parquet that is not read</source>
        <translation>以不读取的 Parquet 形式存储</translation>
    </message>
    <message>
        <source>Cannot read %1: it is %2w, where a file is expected.</source>
        <translation>无法读取 %1：它是%2w，而应为文件。</translation>
    </message>
    <message>
        <source>%1 cannot be read, or is too large.</source>
        <translation>%1 无法读取，或过大。</translation>
    </message>
    <message>
        <source>%1 is a Git LFS pointer, not the file itself, whose %2 bytes were not fetched. Fetch it with &quot;git lfs pull&quot; in its folder, or download it again.</source>
        <translation>%1 是 Git LFS 指针，不是文件本身，其 %2 字节尚未取回。请在其文件夹中用 &quot;git lfs pull&quot; 取回，或重新下载。</translation>
    </message>
    <message>
        <source>Not enough memory to read %1.</source>
        <translation>内存不足，无法读取 %1。</translation>
    </message>
    <message>
        <source>%1 is not as it was written: its hash is not the one in %2.</source>
        <translation>%1 与写入时不同：它的哈希值不是 %2 中记录的那个。</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; names no linear map of this model. Names are like q_proj, shared_experts.up_proj or model.layers.0.self_attn.q_proj.</source>
        <translation>%1：“%2”不是此模型中任何线性映射的名称。名称形如 q_proj、shared_experts.up_proj 或 model.layers.0.self_attn.q_proj。</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; names no module of this model. Names are like q_proj, shared_experts.up_proj or model.layers.0.self_attn.q_proj.</source>
        <translation>%1：“%2”不是此模型中任何模块的名称。名称形如 q_proj、shared_experts.up_proj 或 model.layers.0.self_attn.q_proj。</translation>
    </message>
    <message>
        <source>The router takes no adapter.</source>
        <translation>路由器不能带适配器。</translation>
    </message>
    <message>
        <source>targets: nothing would learn; name at least one.</source>
        <translation>targets：没有任何部分会学习；请至少指定一个。</translation>
    </message>
    <message>
        <source>Not enough memory to measure a step. Use a smaller batch_size, fewer targets, or a model in fewer bits.</source>
        <translation>内存不足，无法测量一步。请使用更小的 batch_size、更少的训练目标，或位数更少的模型。</translation>
    </message>
    <message>
        <source>Training needs %1 of GPU memory (%2 for weights, %3 for what learns with gradients and moments, %4 for activations, %5 to compute in).</source>
        <translation>训练需要 %1 显存（权重 %2，要学习的参数连同梯度和动量 %3，激活值 %4，计算所用 %5）。</translation>
    </message>
    <message>
        <source>%1 has %2, %3 of it free, and %4 are kept in reserve.</source>
        <translation>%1 有 %2，其中 %3 可用，另保留 %4 备用。</translation>
    </message>
    <message>
        <source>Choose fewer targets or a smaller rank, shorter samples, a model in fewer bits, or train on the CPU (--backend cpu).</source>
        <translation>请选择更少的训练目标或更小的秩、更短的样本、位数更少的模型，或用 CPU 训练（--backend cpu）。</translation>
    </message>
    <message>
        <source>This model needs %1 of memory: %2 for the weights, %3 for a context of %4 tokens and %5 to compute in.</source>
        <translation>此模型需要 %1 内存：权重 %2，%4 个词元的上下文 %3，计算所用 %5。</translation>
    </message>
    <message>
        <source>This model needs %1 of memory: %2 for a context of %3 tokens and %4 to compute in.</source>
        <translation>此模型需要 %1 内存：%3 个词元的上下文 %2，计算所用 %4。</translation>
    </message>
    <message>
        <source>This computer has %1, %2 of it available.</source>
        <translation>这台计算机有 %1，其中 %2 可用。</translation>
    </message>
    <message>
        <source>Choose a smaller context.</source>
        <translation>请选择更小的上下文。</translation>
    </message>
    <message>
        <source>Choose a smaller preset or a smaller context, or leave the weights on the disk (--from-disk), which is slow.</source>
        <translation>请选择更小的预设或更小的上下文，或把权重留在磁盘上（--from-disk），但会很慢。</translation>
    </message>
    <message>
        <source>Not enough memory to convert %1 (%2 numbers).</source>
        <translation>内存不足，无法转换 %1（%2 个数）。</translation>
    </message>
    <message>
        <source>Not enough memory for a context of %1 tokens: besides the weights (%2) it needs %3. Close other programs or choose a smaller context.</source>
        <translation>内存不足以容纳 %1 个词元的上下文：除权重（%2）外还需要 %3。请关闭其他程序，或选择更小的上下文。</translation>
    </message>
    <message>
        <source>%1: the header claims %2 bytes, more than the format allows; this is no safetensors file.</source>
        <translation>%1：文件头声称有 %2 字节，超出该格式的上限；这不是 safetensors 文件。</translation>
    </message>
    <message>
        <source>%1: tensor %2: ends %3 bytes after the file; the file is incomplete.</source>
        <translation>%1：张量 %2 超出文件末尾 %3 字节；文件不完整。</translation>
    </message>
    <message>
        <source>%1 is converted already: %2 is in %3. Convert from the model in bfloat16, as it was published.</source>
        <translation>%1 已经转换过：%2 是 %3。请从发布时的 bfloat16 模型转换。</translation>
    </message>
    <message>
        <source>Tensor %1 holds numbers that are not finite; the file is damaged. Download it again.</source>
        <translation>张量 %1 含有非有限数；文件已损坏。请重新下载。</translation>
    </message>
    <message>
        <source>%1: the folder holds neither tokenizer.json nor tokenizer.model.</source>
        <translation>%1：文件夹中既没有 tokenizer.json，也没有 tokenizer.model。</translation>
    </message>
    <message>
        <source>The tokenizer in %1 knows %2 tokens, but vocab_size in config.json is %3: they do not belong together. Take the tokenizer that came with the weights.</source>
        <translation>%1 中的分词器有 %2 个词元，而 config.json 中的 vocab_size 为 %3：它们不属于同一模型。请使用随权重一起发布的分词器。</translation>
    </message>
    <message>
        <source>Not enough memory for the tokenizer in %1.</source>
        <translation>内存不足以载入 %1 中的分词器。</translation>
    </message>
    <message>
        <source>the model has no such module: this adapter belongs to another model.</source>
        <translation>模型中没有这个模块：该适配器属于另一个模型。</translation>
    </message>
    <message>
        <source>its shape is %1, but the model wants %2.</source>
        <translation>它的形状是 %1，而模型需要 %2。</translation>
    </message>
    <message>
        <source>its rank is %1, but r or rank_pattern in %2 says %3, so its scaling is not known. Put the right rank there.</source>
        <translation>它的秩是 %1，而 %2 中的 r 或 rank_pattern 写的是 %3，因此缩放系数未知。请在那里写上正确的秩。</translation>
    </message>
    <message>
        <source>the other factor of this module is missing.</source>
        <translation>缺少这个模块的另一个因子。</translation>
    </message>
    <message>
        <source>it holds numbers that are not finite: the training went wrong.</source>
        <translation>它含有非有限数：训练出了问题。</translation>
    </message>
    <message>
        <source>%1: modules_to_save in %2 names %3, but its weight is not in the file. Copy the adapter again, or take the module out of modules_to_save.</source>
        <translation>%1：%2 中的 modules_to_save 列出了 %3，但文件中没有它的权重。请重新复制适配器，或从 modules_to_save 中去掉这个模块。</translation>
    </message>
    <message>
        <source>%1 holds nothing that fits this model.</source>
        <translation>%1 中没有适合此模型的内容。</translation>
    </message>
    <message>
        <source>%1 holds weights that were trained along with the adapter, which this program does not read. Merge both into the model with the tool that wrote them; where the file belongs to something else, move it away.</source>
        <translation>%1 中是随适配器一起训练的权重，本程序不读取。请用写出它们的工具把两者合并进模型；如果该文件属于别的内容，请把它移走。</translation>
    </message>
    <message>
        <source>%1 is a Python pickle, which runs code when it is read; only %2 is read. Load the adapter with PEFT and save it again (save_pretrained), which writes that file.</source>
        <translation>%1 是 Python pickle 文件，读取时会运行代码；只读取 %2。请用 PEFT 载入适配器并重新保存（save_pretrained），它会写出该文件。</translation>
    </message>
    <message>
        <source>Not enough memory for the adapter in %1. Close other programs.</source>
        <translation>内存不足以载入 %1 中的适配器。请关闭其他程序。</translation>
    </message>
    <message>
        <source>%1: %2 is stored as %3. Merge the adapter into the 16-bit model that this one was made from.</source>
        <translation>%1：%2 以 %3 存储。请把适配器合并进制作它所用的 16 位模型。</translation>
    </message>
    <message>
        <source>Merged, %1 holds numbers that are not finite: the adapter or the model is damaged.</source>
        <translation>合并后，%1 含有非有限数：适配器或模型已损坏。</translation>
    </message>
    <message>
        <source>Not enough memory to merge %1. Close other programs.</source>
        <translation>内存不足，无法合并 %1。请关闭其他程序。</translation>
    </message>
    <message>
        <source>Not enough memory to convert %1. Close other programs.</source>
        <translation>内存不足，无法转换 %1。请关闭其他程序。</translation>
    </message>
    <message>
        <source>%1 has %2 free, but the merged model needs %3. Free some space or name a folder on another disk.</source>
        <translation>%1 还有 %2 可用，而合并后的模型需要 %3。请腾出空间，或选择另一块磁盘上的文件夹。</translation>
    </message>
    <message>
        <source>%1 has %2 free, but the conversion to %3 needs %4. Free some space or name a folder on another disk.</source>
        <translation>%1 还有 %2 可用，而转换为 %3 需要 %4。请腾出空间，或选择另一块磁盘上的文件夹。</translation>
    </message>
    <message>
        <source>Another conversion is writing to %1. Wait until it is done.</source>
        <translation>另一个转换正在写入 %1。请等它完成。</translation>
    </message>
    <message>
        <source>%1 is not empty. Name a new folder.</source>
        <translation>%1 不是空的。请选择一个新文件夹。</translation>
    </message>
    <message>
        <source>The training script is not installed: no train.py in %1. Set DSM_FINETUNE_DIR to its folder.</source>
        <translation>训练脚本未安装：%1 中没有 train.py。请把 DSM_FINETUNE_DIR 设为它所在的文件夹。</translation>
    </message>
    <message>
        <source>The exported script does not evaluate. Leave eval_data and eval_share out, and evaluate the result here.</source>
        <translation>导出的脚本不做评估。请去掉 eval_data 和 eval_share，在这里评估结果。</translation>
    </message>
    <message>
        <source>%1 is no folder.</source>
        <translation>%1 不是文件夹。</translation>
    </message>
    <message>
        <source>%1 holds nothing of a run: neither adapter_config.json nor a model in safetensors, trainer_state.json or events.out.tfevents.* were found. Choose the folder that the training wrote to.</source>
        <translation>%1 中没有训练的内容：既没有 adapter_config.json 或 safetensors 模型，也没有 trainer_state.json 或 events.out.tfevents.*。请选择训练写入的文件夹。</translation>
    </message>
    <message>
        <source>%1: expected &quot;log_history&quot;, a list, as the transformers library&apos;s Trainer writes it.</source>
        <translation>%1：应有列表“log_history”，如 transformers 库的 Trainer 所写。</translation>
    </message>
    <message>
        <source>%1: the record at byte %2 %3: this is no event file of TensorBoard, or it is damaged.</source>
        <translation>%1：位于字节 %2 的记录有误（%3）：这不是 TensorBoard 的事件文件，或已损坏。</translation>
    </message>
    <message>
        <source>%1 is larger than %2 MiB: it holds more than curves.</source>
        <translation>%1 大于 %2 MiB：其中不只有曲线。</translation>
    </message>
    <message>
        <source>Something that is needed is not there:</source>
        <translation>缺少所需的内容：</translation>
    </message>
    <message>
        <source>The disk or the system refused:</source>
        <translation>磁盘或系统拒绝了操作：</translation>
    </message>
    <message>
        <source>A file is damaged, or not in the form that was expected:</source>
        <translation>文件已损坏，或格式与预期不符：</translation>
    </message>
    <message>
        <source>This is something that the program does not do:</source>
        <translation>程序不支持此操作：</translation>
    </message>
    <message>
        <source>There is not enough memory:</source>
        <translation>内存不足：</translation>
    </message>
    <message>
        <source>The graphics card failed, or is gone:</source>
        <translation>显卡出错或已断开：</translation>
    </message>
    <message>
        <source>Something failed inside the program:</source>
        <translation>程序内部出错：</translation>
    </message>
    <message>
        <source>a folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>a named pipe</source>
        <translation>命名管道</translation>
    </message>
    <message>
        <source>a socket</source>
        <translation>套接字</translation>
    </message>
    <message>
        <source>a device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>of another kind</source>
        <translation>其他类型的文件</translation>
    </message>
    <message>
        <source>The disk is full; free some space and try again (%1 could not be written).</source>
        <translation>磁盘已满；请释放一些空间后重试（无法写入 %1）。</translation>
    </message>
    <message>
        <source>%1 cannot be opened; check that its folder exists and may be written.</source>
        <translation>无法打开 %1；请检查其所在文件夹是否存在、是否可写。</translation>
    </message>
    <message>
        <source>%1 is open for reading only; nothing can be changed.</source>
        <translation>%1 以只读方式打开；无法更改任何内容。</translation>
    </message>
    <message>
        <source>%1 is in use by another program; close it and try again.</source>
        <translation>%1 正被其他程序使用；请关闭该程序后重试。</translation>
    </message>
    <message>
        <source>%1 could not be read or written: %2. Check the disk.</source>
        <translation>无法读取或写入 %1：%2。请检查磁盘。</translation>
    </message>
    <message>
        <source>%1 is damaged (%2). Start the program again to repair it.</source>
        <translation>%1 已损坏（%2）。请重新启动程序以修复它。</translation>
    </message>
    <message>
        <source>The index of the search is damaged and is being made anew. Try again in a moment.</source>
        <translation>搜索索引已损坏，正在重新建立。请稍后重试。</translation>
    </message>
    <message>
        <source>There is not enough memory to use %1.</source>
        <translation>内存不足，无法使用 %1。</translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <translation>%1：%2。</translation>
    </message>
    <message>
        <source>%1 was moved, replaced or deleted while the program has it open; nothing was written. Put it back, or start the program again.</source>
        <translation>程序打开 %1 期间，它被移动、替换或删除；没有写入任何内容。请把它放回原处，或重新启动程序。</translation>
    </message>
    <message>
        <source>The folder %1 cannot be created: %2w.</source>
        <translation>无法创建文件夹 %1：%2w。</translation>
    </message>
    <message>
        <source>There is no training job %1.</source>
        <translation>没有编号为 %1 的训练任务。</translation>
    </message>
    <message>
        <source>%1 failed or went away: %2. To use the GPU again, restart the program; until then it can compute on the CPU (--backend cpu).</source>
        <translation>%1 出现故障或已断开：%2。要再次使用 GPU，请重新启动本程序；在此之前可以用 CPU 计算（--backend cpu）。</translation>
    </message>
    <message>
        <source>%1 is kept by another program for itself alone (its compute mode is exclusive). Close that program, set the mode to DEFAULT with nvidia-smi -c, or compute on the CPU (--backend cpu).</source>
        <translation>%1 正被另一个程序独占（其计算模式为独占）。请关闭该程序，用 nvidia-smi -c 将模式设为 DEFAULT，或改用 CPU 计算（--backend cpu）。</translation>
    </message>
    <message>
        <source>%1 is closed to all programs that compute (its compute mode is prohibited). Set the mode to DEFAULT with nvidia-smi -c, or compute on the CPU (--backend cpu).</source>
        <translation>%1 不允许任何程序进行计算（其计算模式为禁止）。请用 nvidia-smi -c 将模式设为 DEFAULT，或改用 CPU 计算（--backend cpu）。</translation>
    </message>
    <message>
        <source>Warning:</source>
        <translation>警告：</translation>
    </message>
    <message>
        <source>Note:</source>
        <translation>提示：</translation>
    </message>
    <message>
        <source>refused:</source>
        <translation>被拒绝：</translation>
    </message>
    <message>
        <source>and %1 more refused rows.</source>
        <translation>以及另外 %1 行被拒绝。</translation>
    </message>
    <message>
        <source>%1 rows are read as they were edited, and %2 more are left out.</source>
        <translation>%1 行按编辑后的内容读取，另有 %2 行略去。</translation>
    </message>
    <message>
        <source>%1 examples are nearly equal to an earlier one; the first of them is number %3 of %2, like number %5 of %4.</source>
        <translation>%1 个示例与较早的示例几乎相同；其中第一个是 %2 的第 %3 个，与 %4 的第 %5 个相近。</translation>
    </message>
    <message>
        <source>The column %1 is not used; %2 examples have it.</source>
        <translation>列 %1 未使用；%2 个示例有此列。</translation>
    </message>
    <message>
        <source>The reference template never trains the end-of-text token: a model tuned with it does not stop by itself in a chat. Use the template chat to have replies that end.</source>
        <translation>参考模板从不训练文本结束词元：用它微调的模型在对话中不会自行停止。要让回答能结束，请使用 chat 模板。</translation>
    </message>
    <message>
        <source>This is a Chat model, trained with &quot;User: ..&quot; and &quot;Assistant:&quot;; the reference template asks in another form, which only the script of the model&apos;s authors uses.</source>
        <translation>这是 Chat 模型，训练时使用 &quot;User: ..&quot; 和 &quot;Assistant:&quot;；参考模板的提问形式不同，只有模型作者的脚本使用。</translation>
    </message>
    <message>
        <source>This is a Base model: it learns the form of a chat from this data set alone, and its folder has no chat template. A Chat model needs far fewer examples.</source>
        <translation>这是 Base 模型：它只能从这份数据学习对话的形式，其文件夹中没有对话模板。Chat 模型需要的示例少得多。</translation>
    </message>
    <message>
        <source>This is a Chat model, but the raw template has no &quot;User:&quot; and &quot;Assistant:&quot;: what is learned shows in completions more than in chats.</source>
        <translation>这是 Chat 模型，但 raw 模板没有 &quot;User:&quot; 和 &quot;Assistant:&quot;：学到的内容更多体现在续写中，而不是对话中。</translation>
    </message>
    <message>
        <source>The tokenizer has no end-of-text token, so the model cannot learn where to stop.</source>
        <translation>分词器没有文本结束词元，因此模型无法学会在何处停止。</translation>
    </message>
    <message>
        <source>The tokenizer ends texts with token %1, but config.json says %2: replies may not stop.</source>
        <translation>分词器以词元 %1 结束文本，但 config.json 中是 %2：回答可能不会停止。</translation>
    </message>
    <message>
        <source>Samples may have %1 tokens, but the model was made for %2.</source>
        <translation>样本可有 %1 个词元，但模型只为 %2 个设计。</translation>
    </message>
    <message>
        <source>%1 examples (%2) are longer than %3 tokens and lose their end, the end-of-text token with it; %4 are cut inside an answer.</source>
        <translation>%1 个示例（%2）长于 %3 个词元，失去结尾和文本结束词元；其中 %4 个在回答中间被截断。</translation>
    </message>
    <message>
        <source>1 row trains nothing and is left out: all its answers are only to be read, or lie beyond %1 tokens.</source>
        <translation>1 行没有可训练的内容，已略去：其回答都只供阅读，或在 %1 个词元之外。</translation>
    </message>
    <message>
        <source>%1 rows train nothing and are left out: all their answers are only to be read, or lie beyond %2 tokens.</source>
        <translation>%1 行没有可训练的内容，已略去：其回答都只供阅读，或在 %2 个词元之外。</translation>
    </message>
    <message>
        <source>%1 of %2 rows are refused and not trained.</source>
        <translation>%2 行中有 %1 行被拒绝，不参与训练。</translation>
    </message>
    <message>
        <source>%1 examples have earlier turns in a column of history; their answers are context, not trained.</source>
        <translation>%1 个示例在历史列中有先前的轮次；其回答是上下文，不参与训练。</translation>
    </message>
    <message>
        <source>%1 examples have earlier turns in a column of history; their answers are trained, too.</source>
        <translation>%1 个示例在历史列中有先前的轮次；其回答也参与训练。</translation>
    </message>
    <message>
        <source>Of each conversation the last answer alone is trained, and any whose weight is 1.</source>
        <translation>每段对话只训练最后一个回答，以及权重为 1 的回答。</translation>
    </message>
    <message>
        <source>%1 examples spell a special token, such as %2. It is trained as plain text; take it out of the data.</source>
        <translation>%1 个示例写出了特殊词元，例如 %2。它会作为普通文本训练；请从数据中去掉。</translation>
    </message>
    <message>
        <source>Nothing will be learned: the run has 1 step, and a warm-up begins with the learning rate 0. Set warmup_steps to 0, or train for more steps.</source>
        <translation>什么也学不到：训练只有 1 步，而预热从学习率 0 开始。请把 warmup_steps 设为 0，或训练更多步。</translation>
    </message>
    <message>
        <source>The warm-up has %1 steps and the run %2: the learning rate never reaches its height. Set warmup_steps to a tenth of the steps or less.</source>
        <translation>预热有 %1 步，而训练有 %2 步：学习率永远达不到最高值。请把 warmup_steps 设为步数的十分之一或更少。</translation>
    </message>
    <message>
        <source>%1 training examples are also in the evaluation data, whose loss then looks better than it is.</source>
        <translation>%1 个训练示例也在评估数据中，其损失因此看起来比实际更好。</translation>
    </message>
    <message>
        <source>The CPU trains instead.</source>
        <translation>改由 CPU 训练。</translation>
    </message>
    <message>
        <source>An older checkpoint is taken.</source>
        <translation>改用较旧的检查点。</translation>
    </message>
    <message>
        <source>Going on after %1.</source>
        <translation>从 %1 之后继续。</translation>
    </message>
    <message>
        <source>Ended by hand: the result is what has been learned so far.</source>
        <translation>已手动结束：结果是到目前为止学到的内容。</translation>
    </message>
    <message>
        <source>The evaluation no longer gains: the run ends early.</source>
        <translation>评估不再改善：训练提前结束。</translation>
    </message>
    <message>
        <source>The result has the numbers of the last step instead of those of the best evaluation.</source>
        <translation>结果使用最后一步的数值，而不是最佳评估时的数值。</translation>
    </message>
    <message>
        <source>Later answers are not kept.</source>
        <translation>之后的回答不再保存。</translation>
    </message>
    <message>
        <source>Nothing had been saved: the run begins anew.</source>
        <translation>先前没有保存任何内容：训练重新开始。</translation>
    </message>
    <message>
        <source>The program ended while this job ran. It can be resumed.</source>
        <translation>程序在此任务运行时结束。可以继续运行。</translation>
    </message>
    <message>
        <source>The optimizer&apos;s numbers (%1) lie in the computer&apos;s memory, since all else fills the GPU; each step reads and writes them there.</source>
        <translation>优化器的数值（%1）放在计算机内存中，因为其余内容已占满 GPU；每一步都在那里读写。</translation>
    </message>
    <message>
        <source>With gpu_layers: fit the CPU computes the experts of the last layers (%1 of %2), and it fits, more slowly.</source>
        <translation>使用 gpu_layers: fit 时，最后若干层的专家由 CPU 计算（%2 层中的 %1 层），这样就放得下，但速度较慢。</translation>
    </message>
    <message>
        <source>The CPU computes the experts of the last layers (%1 of %2), for which the GPU has no room: they stay in the computer&apos;s memory (%3).</source>
        <translation>GPU 放不下最后若干层的专家（%2 层中的 %1 层）：它们留在计算机内存中（%3），由 CPU 计算。</translation>
    </message>
    <message>
        <source>No model is loaded. Open a model first.</source>
        <translation>没有加载模型。请先打开一个模型。</translation>
    </message>
    <message>
        <source>There is not enough memory. Close other programs, or open a smaller model.</source>
        <translation>内存不足。请关闭其他程序，或打开更小的模型。</translation>
    </message>
    <message>
        <source>The engine failed: %1.</source>
        <translation>引擎出错：%1。</translation>
    </message>
    <message>
        <source>There is no text to go on with.</source>
        <translation>没有可以继续的文本。</translation>
    </message>
    <message>
        <source>The reply cannot go on: with its question it takes %1 tokens, and the context of %2 leaves room for %3. Begin a new chat.</source>
        <translation>无法继续这条回复：连同问题共 %1 个词元，而 %2 的上下文只能容纳 %3 个。请新建一个对话。</translation>
    </message>
    <message>
        <source>The text takes %1 tokens, but the context holds %2. Shorten it, or begin a new chat.</source>
        <translation>文本有 %1 个词元，而上下文只能容纳 %2 个。请缩短文本，或新建一个对话。</translation>
    </message>
    <message>
        <source>The text is %1 tokens long, but this model&apos;s context holds %2. Shorten it.</source>
        <translation>文本有 %1 个词元，而此模型的上下文只能容纳 %2 个。请缩短文本。</translation>
    </message>
    <message>
        <source>The text is %1 tokens long, but max_length of this model&apos;s generation_config.json is %2, text and reply together. Shorten it, or choose a longest reply, which counts instead.</source>
        <translation>文本有 %1 个词元，而此模型的 generation_config.json 中 max_length 为 %2（文本与回复合计）。请缩短文本，或设定最长回复，以它为准。</translation>
    </message>
    <message>
        <source>This message is too long: it takes %1 tokens, and the context of %2 leaves room for %3. Shorten it.</source>
        <translation>消息太长：共 %1 个词元，而 %2 的上下文只能容纳 %3 个。请缩短消息。</translation>
    </message>
    <message>
        <source>%1 has no chat template: it is a Base model that continues text. Use text completion instead, or load a Chat model.</source>
        <translation>%1 没有对话模板：它是续写文本的 Base 模型。请使用文本续写，或加载 Chat 模型。</translation>
    </message>
    <message>
        <source>%1: this is not the template of DeepSeekMoE Chat, the only one that this program can chat by. Text can still be completed.</source>
        <translation>%1：这不是 DeepSeekMoE Chat 的对话模板，而本程序只能按该模板对话。仍可续写文本。</translation>
    </message>
    <message>
        <source>%1: none of the templates has the name default, so that nothing says how a plain chat is written. Text can still be completed.</source>
        <translation>%1：没有名为 default 的模板，因此无从得知普通对话的写法。仍可续写文本。</translation>
    </message>
    <message>
        <source>To %1 every token is as likely as every other: its weights hold no information, as where a file of them is full of zeros. Fetch or convert them again.</source>
        <translation>对 %1 来说，所有词元的可能性都相同：它的权重不含任何信息，例如权重文件全是零。请重新下载或转换。</translation>
    </message>
    <message>
        <source>Not enough memory for another context of %1 tokens: it needs %2, and this computer has %3 available. Ask for fewer answers at once or for shorter ones.</source>
        <translation>内存不足，无法再建一个 %1 个词元的上下文：需要 %2，而本机可用内存为 %3。请减少同时生成的回答，或要求更短的回答。</translation>
    </message>
    <message>
        <source>The system does not keep the weights in memory: %1. Load the model without locking.</source>
        <translation>系统无法将权重锁定在内存中：%1。请在不锁定的情况下加载模型。</translation>
    </message>
    <message>
        <source>The weights cannot be kept in memory, because this user may lock only %1 of it (RLIMIT_MEMLOCK). Raise the limit, with &quot;ulimit -l unlimited&quot; or a &quot;memlock&quot; line in /etc/security/limits.conf, or load the model without locking.</source>
        <translation>无法将权重锁定在内存中，因为当前用户最多只能锁定 %1（RLIMIT_MEMLOCK）。请提高上限（“ulimit -l unlimited”，或在 /etc/security/limits.conf 中添加“memlock”一行），或在不锁定的情况下加载模型。</translation>
    </message>
    <message>
        <source>the model wrote nothing</source>
        <translation>模型没有写出任何内容</translation>
    </message>
    <message>
        <source>Without the adapter:</source>
        <translation>未使用适配器：</translation>
    </message>
    <message>
        <source>With the adapter:</source>
        <translation>使用适配器：</translation>
    </message>
    <message>
        <source>The model computed numbers that are not finite (NaN or infinity).</source>
        <translation>模型算出了非有限的数（NaN 或无穷大）。</translation>
    </message>
    <message>
        <source>The model computed numbers that are not finite (NaN or infinity): they begin in the embedding, at token %1 of the text.</source>
        <translation>模型算出了非有限的数（NaN 或无穷大）：始于嵌入层，在文本的第 %1 个词元处。</translation>
    </message>
    <message>
        <source>The model computed numbers that are not finite (NaN or infinity): they begin in the attention of layer %2, at token %1 of the text.</source>
        <translation>模型算出了非有限的数（NaN 或无穷大）：始于第 %2 层的注意力，在文本的第 %1 个词元处。</translation>
    </message>
    <message>
        <source>The model computed numbers that are not finite (NaN or infinity): they begin in the experts of layer %2, at token %1 of the text.</source>
        <translation>模型算出了非有限的数（NaN 或无穷大）：始于第 %2 层的专家，在文本的第 %1 个词元处。</translation>
    </message>
    <message>
        <source>The model computed numbers that are not finite (NaN or infinity): they begin in the dense MLP of layer %2, at token %1 of the text.</source>
        <translation>模型算出了非有限的数（NaN 或无穷大）：始于第 %2 层的稠密 MLP，在文本的第 %1 个词元处。</translation>
    </message>
    <message>
        <source>The model computed numbers that are not finite (NaN or infinity): they begin in the final norm and the head, at token %1 of the text.</source>
        <translation>模型算出了非有限的数（NaN 或无穷大）：始于最后的归一化与输出头，在文本的第 %1 个词元处。</translation>
    </message>
    <message>
        <source>The weight %1 holds such numbers:</source>
        <translation>权重 %1 中有这样的数：</translation>
    </message>
    <message>
        <source>What the adapter adds to %1 holds such numbers:</source>
        <translation>适配器加在 %1 上的部分有这样的数：</translation>
    </message>
    <message>
        <source>Its weights are finite, its sums are not.</source>
        <translation>其权重是有限的，但求和结果不是。</translation>
    </message>
    <message>
        <source>the model&apos;s file is damaged. Download it again.</source>
        <translation>模型文件已损坏。请重新下载。</translation>
    </message>
    <message>
        <source>the adapter or the model is damaged. Try without the adapter.</source>
        <translation>适配器或模型已损坏。请尝试不使用适配器。</translation>
    </message>
    <message>
        <source>Try a smaller scale of the adapter, or none.</source>
        <translation>请尝试更小的适配器强度，或不使用适配器。</translation>
    </message>
    <message>
        <source>Read it from a model in another format, or download the model again.</source>
        <translation>请改用其他格式的模型，或重新下载模型。</translation>
    </message>
    <message>
        <source>%1w asks for the backend &quot;cuda&quot;, but no GPU can be used:</source>
        <translation>%1w要求使用后端“cuda”，但没有可用的 GPU：</translation>
    </message>
    <message>
        <source>%1w asks for the backend &quot;cuda&quot;, but this computer has no NVIDIA GPU, or no driver for it. Install the driver, or compute on the CPU (--backend cpu).</source>
        <translation>%1w要求使用后端“cuda”，但本机没有 NVIDIA GPU，或没有安装驱动。请安装驱动，或用 CPU 计算（--backend cpu）。</translation>
    </message>
    <message>
        <source>There is no GPU %1; deepseekmoe devices lists those there are.</source>
        <translation>没有 GPU %1；可用 deepseekmoe devices 列出现有的 GPU。</translation>
    </message>
    <message>
        <source>%1w asks for the backend &quot;%2&quot;; this build has: reference, cpu, cuda.</source>
        <translation>%1w要求使用后端“%2”；此版本提供：reference、cpu、cuda。</translation>
    </message>
    <message>
        <source>This program was built without CUDA.</source>
        <translation>此程序在构建时未包含 CUDA。</translation>
    </message>
    <message>
        <source>%1 is too old: its compute capability is %2, this program needs 8.0 or newer. Compute on the CPU (--backend cpu).</source>
        <translation>%1 太旧：其计算能力为 %2，本程序需要 8.0 或更高。请用 CPU 计算（--backend cpu）。</translation>
    </message>
    <message>
        <source>The NVIDIA driver is too old for this program: it speaks CUDA %1, the program needs %2. Update the driver, or compute on the CPU (--backend cpu).</source>
        <translation>NVIDIA 驱动太旧：它支持 CUDA %1，而本程序需要 %2。请更新驱动，或用 CPU 计算（--backend cpu）。</translation>
    </message>
    <message>
        <source>%1: the GPU is of a generation that this program was not built for. Compute on the CPU (--backend cpu).</source>
        <translation>%1：此程序未针对这一代 GPU 构建。请用 CPU 计算（--backend cpu）。</translation>
    </message>
    <message>
        <source>%1: %2. Load the model again; if that fails too, restart the program, or compute on the CPU (--backend cpu).</source>
        <translation>%1：%2。请重新加载模型；若仍然失败，请重新启动程序，或用 CPU 计算（--backend cpu）。</translation>
    </message>
    <message>
        <source>The GPU has not enough memory for %1w.</source>
        <translation>GPU 显存不足，无法用于%1w。</translation>
    </message>
    <message>
        <source>The GPU has not enough memory for %1w, which needs %2: %3 of %4 are free.</source>
        <translation>GPU 显存不足，无法用于%1w：需要 %2，而可用 %3（共 %4）。</translation>
    </message>
    <message>
        <source>Close other programs that use the GPU, leave more layers&apos; experts to the CPU (--gpu-layers), choose a smaller context, or compute on the CPU (--backend cpu).</source>
        <translation>请关闭其他使用 GPU 的程序，把更多层的专家交给 CPU（--gpu-layers），选择更小的上下文，或用 CPU 计算（--backend cpu）。</translation>
    </message>
    <message>
        <source>There are not %1 MB of memory for %2w that the GPU can read by itself. Close other programs.</source>
        <translation>没有 %1 MB 可供 GPU 直接读取的内存用于%2w。请关闭其他程序。</translation>
    </message>
    <message>
        <source>The routed experts of %1 layers on the GPU, with all else that belongs there, need %2 (%3 for weights, %4 for a context of %5 tokens, %6 to compute in) of GPU memory.</source>
        <translation>把 %1 层的路由专家连同其他内容放在 GPU 上需要 %2 显存（权重 %3，%5 个词元的上下文 %4，计算 %6）。</translation>
    </message>
    <message>
        <source>Even with all routed experts left to the CPU this model needs %1 (%2 for weights, %3 for a context of %4 tokens, %5 to compute in) of GPU memory.</source>
        <translation>即使把所有路由专家交给 CPU，此模型仍需要 %1 显存（权重 %2，%4 个词元的上下文 %3，计算 %5）。</translation>
    </message>
    <message>
        <source>Ask for at most %1 layers (--gpu-layers).</source>
        <translation>最多可要求 %1 层（--gpu-layers）。</translation>
    </message>
    <message>
        <source>Close other programs that use the GPU, choose a smaller preset or a smaller context, or compute on the CPU (--backend cpu).</source>
        <translation>请关闭其他使用 GPU 的程序，选择更小的预设或更小的上下文，或用 CPU 计算（--backend cpu）。</translation>
    </message>
    <message>
        <source>The adapter needs %1 of GPU memory beside the model, and %2 are free. Load the model with a smaller context, with fewer layers on the GPU (--gpu-layers), or on the CPU (--backend cpu).</source>
        <translation>除模型外，适配器还需要 %1 显存，而可用 %2。请以更小的上下文、在 GPU 上放更少的层（--gpu-layers）或在 CPU 上（--backend cpu）加载模型。</translation>
    </message>
    <message>
        <source>The adapter holds %1 as a whole, which a GPU cannot take in the place of the model&apos;s own. Load the model on the CPU (--backend cpu), or merge the adapter into a model of its own.</source>
        <translation>适配器整体保存了 %1，GPU 无法用它代替模型自身的权重。请在 CPU 上加载模型（--backend cpu），或将适配器合并为单独的模型。</translation>
    </message>
    <message>
        <source>the file holds another adapter too, in %1. Save each in a folder of its own.</source>
        <translation>文件中还有另一个适配器，在 %1 中。请将它们分别保存到各自的文件夹。</translation>
    </message>
    <message>
        <source>it is there twice, as %1 too.</source>
        <translation>它出现了两次，另一处为 %1。</translation>
    </message>
    <message>
        <source>its type is %1; F32, BF16 and F16 are read.</source>
        <translation>其类型为 %1；只能读取 F32、BF16 和 F16。</translation>
    </message>
    <message>
        <source>it has no rows.</source>
        <translation>它没有行。</translation>
    </message>
    <message>
        <source>target_modules, exclude_modules, layers_to_transform or modules_to_save in %1 leave this module out, and PEFT would ignore the tensor. Correct them, or remove the tensor.</source>
        <translation>%1 中的 target_modules、exclude_modules、layers_to_transform 或 modules_to_save 不包括此模块，PEFT 会忽略该张量。请更正它们，或移除该张量。</translation>
    </message>
    <message>
        <source>the module is one that gets factors, and PEFT would ignore a whole weight of this name. Put the module into modules_to_save in %1, or remove the tensor.</source>
        <translation>此模块应有低秩因子，PEFT 会忽略这一名称的完整权重。请将该模块写入 %1 的 modules_to_save，或移除该张量。</translation>
    </message>
    <message>
        <source>%1 is not supported.</source>
        <translation>不支持 %1。</translation>
    </message>
    <message>
        <source>adapters of the embedding are not supported.</source>
        <translation>不支持嵌入层的适配器。</translation>
    </message>
    <message>
        <source>trained rows of the embedding are not supported.</source>
        <translation>不支持训练过的嵌入行。</translation>
    </message>
    <message>
        <source>Use one of its adapters.</source>
        <translation>请使用其中的一个适配器。</translation>
    </message>
    <message>
        <source>biases are not supported; train with bias &quot;none&quot;.</source>
        <translation>不支持偏置；请以 bias “none” 训练。</translation>
    </message>
    <message>
        <source>this is no name of an adapter&apos;s tensor; they are like base_model.model.&lt;module&gt;.lora_A.weight. Save the adapter again with PEFT.</source>
        <translation>这不是适配器张量的名称；其形式应如 base_model.model.&lt;module&gt;.lora_A.weight。请用 PEFT 重新保存适配器。</translation>
    </message>
    <message>
        <source>what stands behind %1 is not understood. Save the adapter again with PEFT.</source>
        <translation>无法理解 %1 之后的部分。请用 PEFT 重新保存适配器。</translation>
    </message>
    <message>
        <source>Merge the adapter with PEFT (merge_and_unload) and use the merged model.</source>
        <translation>请用 PEFT 合并适配器（merge_and_unload），然后使用合并后的模型。</translation>
    </message>
    <message>
        <source>%1: tensor %2 is missing.</source>
        <translation>%1：缺少张量 %2。</translation>
    </message>
    <message>
        <source>Tensor %1 is in two files: %2 and %3.</source>
        <translation>张量 %1 同时在两个文件中：%2 和 %3。</translation>
    </message>
    <message>
        <source>%1: weight_map.%2: the tensor is not in %3.</source>
        <translation>%1：weight_map.%2：该张量不在 %3 中。</translation>
    </message>
    <message>
        <source>%1 has the shape %2, but config.json makes it %3.</source>
        <translation>%1 的形状为 %2，而按 config.json 应为 %3。</translation>
    </message>
    <message>
        <source>%1 has the type %2; only F32, F16 and BF16 can be read here.</source>
        <translation>%1 的类型为 %2；此处只能读取 F32、F16 和 BF16。</translation>
    </message>
    <message>
        <source>%1 has the type %2; only F32, F16 and BF16 can be read, and Q8, Q4 and NF4.</source>
        <translation>%1 的类型为 %2；只能读取 F32、F16、BF16 以及 Q8、Q4 和 NF4。</translation>
    </message>
    <message>
        <source>%1: tensor %2 is in %3, but %4 in %5; these are computed together and must be of one type.</source>
        <translation>%1：张量 %2 为 %3，而 %4 为 %5；它们一起计算，类型必须相同。</translation>
    </message>
    <message>
        <source>it belongs to %1w %2, but %3 in config.json is %4 (counted from 0); take the config.json that came with the weights.</source>
        <translation>它属于%1w %2，而 config.json 中的 %3 为 %4（从 0 计数）；请使用与权重配套的 config.json。</translation>
    </message>
    <message>
        <source>this architecture has no biases.</source>
        <translation>此架构没有偏置。</translation>
    </message>
    <message>
        <source>layer %1 of this architecture, as config.json describes it, has no such tensor; the weights are of another model, or hold a layer&apos;s parts twice.</source>
        <translation>按 config.json 的描述，此架构的第 %1 层没有这样的张量；权重属于另一个模型，或某一层的部分出现了两次。</translation>
    </message>
    <message>
        <source>%1 has %2 bytes; a file of this kind has at most %3.</source>
        <translation>%1 有 %2 字节；这类文件最多 %3 字节。</translation>
    </message>
    <message>
        <source>Nothing can listen at %1:%2: another program does, or it is not an address of this computer. Choose another --port.</source>
        <translation>无法在 %1:%2 监听：已被其他程序占用，或这不是本机的地址。请选择其他端口（--port）。</translation>
    </message>
    <message>
        <source>At %1 other computers could ask: give a key in the environment variable DEEPSEEKMOE_API_KEY, or listen at 127.0.0.1.</source>
        <translation>在 %1 上其他计算机也能访问：请在环境变量 DEEPSEEKMOE_API_KEY 中设置密钥，或在 127.0.0.1 监听。</translation>
    </message>
    <message>
        <source>Two adapters would both be called %1: rename the folder of one.</source>
        <translation>两个适配器都会叫作 %1：请重命名其中一个的文件夹。</translation>
    </message>
    <message>
        <source>There is not enough room on the disk: a backup of %1 needs %2.</source>
        <translation>磁盘空间不足：%1 的备份需要 %2。</translation>
    </message>
    <message>
        <source>%1 was written by a newer version of this program.</source>
        <translation>%1 是由本程序的更新版本写入的。</translation>
    </message>
    <message>
        <source>%1 was written by a newer version of this program: use that one.</source>
        <translation>%1 是由本程序的更新版本写入的：请使用该版本。</translation>
    </message>
    <message>
        <source>%1 is damaged or no backup of chats; choose another one.</source>
        <translation>%1 已损坏，或不是对话的备份；请另选一个。</translation>
    </message>
    <message>
        <source>%1 is damaged; choose another backup.</source>
        <translation>%1 已损坏；请选择其他备份。</translation>
    </message>
    <message>
        <source>There is no conversation %1.</source>
        <translation>没有对话 %1。</translation>
    </message>
    <message>
        <source>There is no message %1.</source>
        <translation>没有消息 %1。</translation>
    </message>
    <message>
        <source>There is no text %1.</source>
        <translation>没有文本 %1。</translation>
    </message>
    <message>
        <source>DSM_BACKEND</source>
        <translation>DSM_BACKEND </translation>
    </message>
    <message>
        <source>the adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>the weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>the context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>computing</source>
        <translation>计算</translation>
    </message>
    <message>
        <source>the results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>the experts of the CPU</source>
        <translation>CPU 上的专家</translation>
    </message>
    <message>
        <source>copies to the GPU</source>
        <translation>向 GPU 的复制</translation>
    </message>
    <message>
        <source>training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>recorded passes</source>
        <translation>录制的计算</translation>
    </message>
    <message>
        <source>The program&apos;s setting</source>
        <translation>程序的设置</translation>
    </message>
    <message>
        <source>The choice of a GPU</source>
        <translation>所选的 GPU </translation>
    </message>
    <message>
        <source>layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>expert</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>There is no benchmark %1.</source>
        <translation>没有编号为 %1 的基准测试。</translation>
    </message>
    <message>
        <source>%1: %2 examples of %3 rows, %4 refused, %5 repeated; %6 tokens, of which %7 count for the loss.</source>
        <translation>%1：%3 行中的 %2 个样例，%4 行被拒绝，%5 行重复；共 %6 个词元，其中 %7 个计入损失。</translation>
    </message>
    <message>
        <source>is a GGML file, as early llama.cpp read it</source>
        <translation>是 GGML 文件，供早期的 llama.cpp 读取</translation>
    </message>
    <message>
        <source>is a GGUF file, as llama.cpp reads it</source>
        <translation>是 GGUF 文件，供 llama.cpp 读取</translation>
    </message>
    <message>
        <source>is a file of Core ML</source>
        <translation>是 Core ML 的文件</translation>
    </message>
    <message>
        <source>is a file of Flax</source>
        <translation>是 Flax 的文件</translation>
    </message>
    <message>
        <source>is a file of Keras</source>
        <translation>是 Keras 的文件</translation>
    </message>
    <message>
        <source>is a file of NumPy, as MLX wrote them</source>
        <translation>是 NumPy 文件，曾由 MLX 写出</translation>
    </message>
    <message>
        <source>is a file of TensorFlow Lite</source>
        <translation>是 TensorFlow Lite 的文件</translation>
    </message>
    <message>
        <source>is a file of rust-bert</source>
        <translation>是 rust-bert 的文件</translation>
    </message>
    <message>
        <source>is a llamafile</source>
        <translation>是 llamafile</translation>
    </message>
    <message>
        <source>is a pickle of PyTorch, which could run code when it is read</source>
        <translation>是 PyTorch 的 pickle，读取时可能运行代码</translation>
    </message>
    <message>
        <source>is an ONNX graph</source>
        <translation>是 ONNX 图</translation>
    </message>
    <message>
        <source>is an adapter, as a pickle of PyTorch</source>
        <translation>是适配器，为 PyTorch 的 pickle</translation>
    </message>
    <message>
        <source>is an archive of NeMo</source>
        <translation>是 NeMo 的归档</translation>
    </message>
    <message>
        <source>is an engine of TensorRT</source>
        <translation>是 TensorRT 的引擎</translation>
    </message>
    <message>
        <source>is in the layout of its authors, as a pickle of PyTorch</source>
        <translation>使用其作者的布局，是 PyTorch 的 pickle</translation>
    </message>
    <message>
        <source>is in the layout of its authors, with other names</source>
        <translation>使用其作者的布局，名称不同</translation>
    </message>
    <message>
        <source>lists pickles of PyTorch, which could run code when read</source>
        <translation>列出了 PyTorch 的 pickle，读取时可能运行代码</translation>
    </message>
    <message>
        <source>an array</source>
        <translation>数组</translation>
    </message>
    <message>
        <source>a JSON object</source>
        <translation>JSON 对象</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>the id of a token</source>
        <translation>词元编号</translation>
    </message>
    <message>
        <source>the id of a token as the key</source>
        <translation>以词元编号为键</translation>
    </message>
    <message>
        <source>the name of a file</source>
        <translation>文件名</translation>
    </message>
    <message>
        <source>0 or more</source>
        <translation>不小于 0 的数</translation>
    </message>
    <message>
        <source>texts</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>strings alone</source>
        <translation>仅字符串</translation>
    </message>
    <message>
        <source>0 to max_steps</source>
        <translation>0 到 max_steps</translation>
    </message>
    <message>
        <source>0 to global_step</source>
        <translation>0 到 global_step</translation>
    </message>
    <message>
        <source>a name like checkpoint-12</source>
        <translation>像 checkpoint-12 这样的名称</translation>
    </message>
    <message>
        <source>an end-of-text token after each text</source>
        <translation>在每段文本后加文本结束词元</translation>
    </message>
    <message>
        <source>replies without some of their spaces</source>
        <translation>去掉回复中的某些空格</translation>
    </message>
    <message>
        <source>special tokens cut into plain ones</source>
        <translation>把特殊词元切成普通词元</translation>
    </message>
    <message>
        <source>texts in lower case</source>
        <translation>把文本变为小写</translation>
    </message>
    <message>
        <source>texts without accents</source>
        <translation>去掉文本的重音符号</translation>
    </message>
    <message>
        <source>texts without some of their spaces</source>
        <translation>去掉文本中的某些空格</translation>
    </message>
    <message>
        <source>texts that are normalised</source>
        <translation>规范化文本</translation>
    </message>
    <message>
        <source>another way of cutting texts into tokens</source>
        <translation>以另一种方式把文本切成词元</translation>
    </message>
    <message>
        <source>another pattern that cuts texts</source>
        <translation>用另一种模式切分文本</translation>
    </message>
    <message>
        <source>texts cut by chance</source>
        <translation>随机切分文本</translation>
    </message>
    <message>
        <source>another way to show bytes that are no text</source>
        <translation>以另一种方式显示不是文本的字节</translation>
    </message>
    <message>
        <source>a system prompt that stands in no file</source>
        <translation>不在任何文件里的系统提示</translation>
    </message>
    <message>
        <source>a class that begins with ]</source>
        <translation>以 ] 开头的字符类</translation>
    </message>
    <message>
        <source>(?i) with letters that are one in another case</source>
        <translation>带有在另一种大小写中合为一个的字母的 (?i)</translation>
    </message>
    <message>
        <source>a class inside a class</source>
        <translation>字符类中的字符类</translation>
    </message>
    <message>
        <source>&amp;&amp; inside a class</source>
        <translation>字符类中的 &amp;&amp;</translation>
    </message>
    <message>
        <source>is too short</source>
        <translation>太短</translation>
    </message>
    <message>
        <source>is longer than it says</source>
        <translation>比它声明的长</translation>
    </message>
    <message>
        <source>has half a unit</source>
        <translation>有半个单元</translation>
    </message>
    <message>
        <source>is too large</source>
        <translation>太大</translation>
    </message>
    <message>
        <source>has no end</source>
        <translation>没有结尾</translation>
    </message>
    <message>
        <source>is not in UTF-8</source>
        <translation>不是 UTF-8</translation>
    </message>
    <message>
        <source>points outside itself</source>
        <translation>指向自身之外</translation>
    </message>
    <message>
        <source>points to no replacement</source>
        <translation>没有指向替换内容</translation>
    </message>
    <message>
        <source>leads back to itself</source>
        <translation>绕回自身</translation>
    </message>
    <message>
        <source>has too many replacements for one place</source>
        <translation>一处的替换内容太多</translation>
    </message>
    <message>
        <source>is damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>is no file of this kind</source>
        <translation>不是这种文件</translation>
    </message>
    <message>
        <source>is of another version of this program</source>
        <translation>属于本程序的另一个版本</translation>
    </message>
    <message>
        <source>was made with another model, or the model&apos;s files have changed</source>
        <translation>是用另一个模型生成的，或者模型的文件已改变</translation>
    </message>
    <message>
        <source>holds another type of numbers</source>
        <translation>存放的是另一种类型的数</translation>
    </message>
    <message>
        <source>is not there</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>The temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>The repetition penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>The presence penalty</source>
        <translation>存在惩罚</translation>
    </message>
    <message>
        <source>The frequency penalty</source>
        <translation>频率惩罚</translation>
    </message>
    <message>
        <source>The longest reply</source>
        <translation>回复的最大长度</translation>
    </message>
    <message>
        <source>%1:</source>
        <translation>%1：</translation>
    </message>
    <message>
        <source>the key is missing, and %1 does not have it.</source>
        <translation>缺少此键，%1 里也没有。</translation>
    </message>
    <message>
        <source>expected %1w.</source>
        <translation>应为%1w。</translation>
    </message>
    <message>
        <source>%1 is out of range.</source>
        <translation>%1 超出范围。</translation>
    </message>
    <message>
        <source>%1 is out of range (%2 to %3).</source>
        <translation>%1 超出范围（%2 到 %3）。</translation>
    </message>
    <message>
        <source>%1 is not between %2 and %3.</source>
        <translation>%1 不在 %2 与 %3 之间。</translation>
    </message>
    <message>
        <source>%1 contradicts %2 elsewhere in the file; expected one base.</source>
        <translation>%1 与文件中另一处的 %2 矛盾；应只有一个基数。</translation>
    </message>
    <message>
        <source>%1 cannot be read; expected %2.</source>
        <translation>无法读取 %1；应为 %2。</translation>
    </message>
    <message>
        <source>only false is supported.</source>
        <translation>只支持 false。</translation>
    </message>
    <message>
        <source>only null is supported.</source>
        <translation>只支持 null。</translation>
    </message>
    <message>
        <source>%1 is there already; choose another folder.</source>
        <translation>%1 已存在；请选择另一个文件夹。</translation>
    </message>
    <message>
        <source>the key weight_map is missing.</source>
        <translation>缺少键 weight_map。</translation>
    </message>
    <message>
        <source>weight_map is not an object that lists tensors.</source>
        <translation>weight_map 不是列出张量的对象。</translation>
    </message>
    <message>
        <source>weight_map.%1: %2 is not the name of a .safetensors file in this folder.</source>
        <translation>weight_map.%1：%2 不是此文件夹中 .safetensors 文件的名称。</translation>
    </message>
    <message>
        <source>weight_map names %1 files.</source>
        <translation>weight_map 列出了 %1 个文件。</translation>
    </message>
    <message>
        <source>the header is not a JSON object.</source>
        <translation>文件头不是 JSON 对象。</translation>
    </message>
    <message>
        <source>__metadata__ is not an object.</source>
        <translation>__metadata__ 不是对象。</translation>
    </message>
    <message>
        <source>__metadata__.%1 is not a string.</source>
        <translation>__metadata__.%1 不是字符串。</translation>
    </message>
    <message>
        <source>%1 bytes at the end belong to no tensor.</source>
        <translation>末尾有 %1 字节不属于任何张量。</translation>
    </message>
    <message>
        <source>%1: tensor %2:</source>
        <translation>%1：张量 %2：</translation>
    </message>
    <message>
        <source>its entry is not an object.</source>
        <translation>它的条目不是对象。</translation>
    </message>
    <message>
        <source>the key %1 is missing.</source>
        <translation>缺少键 %1。</translation>
    </message>
    <message>
        <source>unknown key %1.</source>
        <translation>未知的键 %1。</translation>
    </message>
    <message>
        <source>unknown dtype %1.</source>
        <translation>未知的 dtype %1。</translation>
    </message>
    <message>
        <source>shape x dtype is no possible number of bytes.</source>
        <translation>shape 乘以 dtype 得不出可能的字节数。</translation>
    </message>
    <message>
        <source>shape and dtype need %1 bytes, but data_offsets give it %2.</source>
        <translation>shape 与 dtype 需要 %1 字节，但 data_offsets 给出 %2 字节。</translation>
    </message>
    <message>
        <source>shape is not a list of at most %1 numbers.</source>
        <translation>shape 不是最多含 %1 个数的列表。</translation>
    </message>
    <message>
        <source>shape holds %1, where a whole number of 0 or more was expected.</source>
        <translation>shape 中有 %1，应为不小于 0 的整数。</translation>
    </message>
    <message>
        <source>data_offsets is not a pair of whole numbers of 0 or more.</source>
        <translation>data_offsets 不是一对不小于 0 的整数。</translation>
    </message>
    <message>
        <source>data_offsets end before they begin.</source>
        <translation>data_offsets 的结束在开始之前。</translation>
    </message>
    <message>
        <source>overlaps the tensor before it.</source>
        <translation>与它前面的张量重叠。</translation>
    </message>
    <message>
        <source>%1 bytes before it belong to no tensor.</source>
        <translation>它前面有 %1 字节不属于任何张量。</translation>
    </message>
    <message>
        <source>this program does not know the key and cannot tell whether replies differ with it. Remove it to go on without.</source>
        <translation>本程序不认识此键，无法判断它是否会改变回复。删除此键即可不带它继续。</translation>
    </message>
    <message>
        <source>%1 asks for a way of choosing tokens that this program does not have. Remove it to go on without.</source>
        <translation>%1 要求的选词方式是本程序没有的。删除此键即可不带它继续。</translation>
    </message>
    <message>
        <source>a string of 1 to %1 bytes was expected.</source>
        <translation>应为 1 到 %1 字节的字符串。</translation>
    </message>
    <message>
        <source>%1w is %2; it must be a number from %3 to %4.</source>
        <translation>%1w为 %2；必须是 %3 到 %4 的数。</translation>
    </message>
    <message>
        <source>The adapter&apos;s scale in &quot;%1&quot; is %2; it must be a number from %3 to %4.</source>
        <translation>“%1”中适配器的强度是 %2；必须是 %3 到 %4 的数。</translation>
    </message>
    <message>
        <source>this program does not know the key and cannot tell whether the model computes otherwise with it. Where it is only a note, remove it; expected are keys of DeepSeekMoE.</source>
        <translation>本程序不认识此键，无法判断模型是否因它而以别的方式计算。如果它只是注释，请删除；应为 DeepSeekMoE 的键。</translation>
    </message>
    <message>
        <source>%1 asks for something DeepSeekMoE does not have; expected %2.</source>
        <translation>%1 要求的内容 DeepSeekMoE 没有；应为 %2。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is another architecture; expected &quot;%2&quot;.</source>
        <translation>“%1”是另一种架构；应为“%2”。</translation>
    </message>
    <message>
        <source>%1 cannot be read; expected bfloat16, float16 or float32.</source>
        <translation>无法读取 %1；应为 bfloat16、float16 或 float32。</translation>
    </message>
    <message>
        <source>%1 is not divisible by %2 %3.</source>
        <translation>%1 不能被 %2 %3 整除。</translation>
    </message>
    <message>
        <source>%1 does not divide %2 %3.</source>
        <translation>%1 不能整除 %2 %3。</translation>
    </message>
    <message>
        <source>%1 is more than %2 %3.</source>
        <translation>%1 大于 %2 %3。</translation>
    </message>
    <message>
        <source>%1 is more than the largest number of experts in all layers, %2.</source>
        <translation>%1 大于所有层专家总数的上限 %2。</translation>
    </message>
    <message>
        <source>with the other sizes this makes %1 parameters, which no machine holds.</source>
        <translation>与其他尺寸一起就是 %1 个参数，没有机器装得下。</translation>
    </message>
    <message>
        <source>a head size of %1; rotary positions need an even one up to %2.</source>
        <translation>注意力头的尺寸为 %1；旋转位置需要不超过 %2 的偶数。</translation>
    </message>
    <message>
        <source>version %1 is unknown to this version of the program; expected %2. Update the program.</source>
        <translation>本版本的程序不认识版本 %1；应为 %2。请更新程序。</translation>
    </message>
    <message>
        <source>of bitsandbytes, NF4 alone can be read; expected load_in_4bit true and bnb_4bit_quant_type &quot;nf4&quot;.</source>
        <translation>bitsandbytes 中只能读取 NF4；应为 load_in_4bit true 和 bnb_4bit_quant_type &quot;nf4&quot;。</translation>
    </message>
    <message>
        <source>weights packed in other numbers than bytes cannot be read; expected bnb_4bit_quant_storage &quot;uint8&quot;.</source>
        <translation>无法读取不是以字节打包的权重；应为 bnb_4bit_quant_storage &quot;uint8&quot;。</translation>
    </message>
    <message>
        <source>weights in the format %1 cannot be read; expected &quot;deepseekmoe&quot; or &quot;bitsandbytes&quot;. Take the model in bfloat16 and convert it with: deepseekmoe quantize.</source>
        <translation>无法读取格式为 %1 的权重；应为 &quot;deepseekmoe&quot; 或 &quot;bitsandbytes&quot;。请使用 bfloat16 的模型，并用 deepseekmoe quantize 转换。</translation>
    </message>
    <message>
        <source>%1 is no description of positions; expected an object or null.</source>
        <translation>%1 不是对位置的描述；应为对象或 null。</translation>
    </message>
    <message>
        <source>layers of this type are not DeepSeekMoE&apos;s; expected %1.</source>
        <translation>DeepSeekMoE 没有这种层；应为 %1。</translation>
    </message>
    <message>
        <source>positions scaled as %1 are not supported; expected the type &quot;default&quot;, or null.</source>
        <translation>不支持按 %1 缩放的位置；应为类型 &quot;default&quot; 或 null。</translation>
    </message>
    <message>
        <source>%1 %2 asks for something DeepSeekMoE does not have; expected rope_type &quot;default&quot; alone.</source>
        <translation>%1 %2 要求的内容 DeepSeekMoE 没有；应只有 rope_type &quot;default&quot;。</translation>
    </message>
    <message>
        <source>the list is empty; expected a token id, or several.</source>
        <translation>列表为空；应为一个或多个词元编号。</translation>
    </message>
    <message>
        <source>%1: tensor %2 is missing, which NF4 weights need.</source>
        <translation>%1：缺少 NF4 权重需要的张量 %2。</translation>
    </message>
    <message>
        <source>%1 is %2 %3, but the weight needs %4 %5.</source>
        <translation>%1 是 %2 %3，但该权重需要 %4 %5。</translation>
    </message>
    <message>
        <source>%1: tensor %2 holds other levels than those of NF4; only NF4 can be read.</source>
        <translation>%1：张量 %2 的级别不是 NF4 的；只能读取 NF4。</translation>
    </message>
    <message>
        <source>%1 is not a JSON text in bytes.</source>
        <translation>%1 不是以字节存放的 JSON 文本。</translation>
    </message>
    <message>
        <source>%1 has the shape %2, which is that of no format: the %3 of config.json are %4 in Q8, %5 in Q4 and %6 in NF4.</source>
        <translation>%1 的形状 %2 不属于任何格式：config.json 的 %3 在 Q8 中是 %4，在 Q4 中是 %5，在 NF4 中是 %6。</translation>
    </message>
    <message>
        <source>The saved context %1 %2w.</source>
        <translation>保存的上下文 %1 %2w。</translation>
    </message>
    <message>
        <source>The saved context %1 cannot be read: %2w.</source>
        <translation>无法读取保存的上下文 %1：%2w。</translation>
    </message>
    <message>
        <source>The text is read again instead.</source>
        <translation>将重新读取文本。</translation>
    </message>
    <message>
        <source>DSM_CUDA_DENSE asks for cuBLAS:</source>
        <translation>DSM_CUDA_DENSE 要求使用 cuBLAS：</translation>
    </message>
    <message>
        <source>is unknown.</source>
        <translation>未知。</translation>
    </message>
    <message>
        <source>%1 is not empty and holds no conversion that could be continued. Name a new folder.</source>
        <translation>%1 不是空的，其中也没有可以继续的转换。请指定一个新文件夹。</translation>
    </message>
    <message>
        <source>%1 holds the conversion of another model or with other settings (%2). Name a new folder, or remove this one.</source>
        <translation>%1 中是另一个模型的转换，或使用了其他设置（%2）。请指定一个新文件夹，或删除此文件夹。</translation>
    </message>
    <message>
        <source>%1 lacks the hash of %2. Remove the folder and convert anew.</source>
        <translation>%1 缺少 %2 的哈希值。请删除该文件夹并重新转换。</translation>
    </message>
    <message>
        <source>Cannot read %1: %2w.</source>
        <translation>无法读取 %1：%2w。</translation>
    </message>
    <message>
        <source>%1 is converted already; errors are counted from the model in bfloat16, as it was published.</source>
        <translation>%1 已经转换过；误差以发布时的 bfloat16 模型为基准计算。</translation>
    </message>
    <message>
        <source>expected a number above 0, at most a thousand million.</source>
        <translation>应为大于 0 且不超过十亿的数。</translation>
    </message>
    <message>
        <source>expected a rank of 1 to %1.</source>
        <translation>秩应为 1 到 %1。</translation>
    </message>
    <message>
        <source>expected a share of 0 to 1.</source>
        <translation>比例应为 0 到 1。</translation>
    </message>
    <message>
        <source>it belongs to a list of target_modules, which the file has not.</source>
        <translation>它属于 target_modules 列表，而文件中没有该列表。</translation>
    </message>
    <message>
        <source>a regular expression; only words like &quot;layers&quot; are read.</source>
        <translation>这是正则表达式；只读取像 &quot;layers&quot; 这样的词。</translation>
    </message>
    <message>
        <source>%1 is no key that this program knows, so the adapter may need other arithmetic. If it is turned off, remove the key from the file; else use a newer version.</source>
        <translation>本程序不认识键 %1，因此该适配器可能需要别的运算。如果它是关闭的，请从文件中删除此键；否则请使用更新的版本。</translation>
    </message>
    <message>
        <source>%1 is not supported:</source>
        <translation>不支持 %1：</translation>
    </message>
    <message>
        <source>only LORA is supported.</source>
        <translation>只支持 LORA。</translation>
    </message>
    <message>
        <source>this initialisation changes the base model, or is not known, so the adapter is right for the changed base alone. Convert it in PEFT with save_pretrained(.., path_initial_model_for_weight_conversion = the adapter as it was before training), or merge it there into the base it was trained on and use the merged model.</source>
        <translation>这种初始化会改变基础模型，或者未知，因此该适配器只适用于改变后的基础模型。请在 PEFT 中用 save_pretrained(.., path_initial_model_for_weight_conversion = 训练前的适配器) 转换它，或在那里把它合并到训练所用的基础模型，并使用合并后的模型。</translation>
    </message>
    <message>
        <source>LoftQ trains beside a quantised base, which this adapter needs.</source>
        <translation>LoftQ 在量化的基础模型旁训练，该适配器需要那个基础模型。</translation>
    </message>
    <message>
        <source>DoRA scales the rows of each weight by trained magnitudes.</source>
        <translation>DoRA 用训练得到的幅度缩放每个权重的行。</translation>
    </message>
    <message>
        <source>biases of factors are not computed; train with lora_bias false.</source>
        <translation>不计算因子的偏置；请用 lora_bias false 训练。</translation>
    </message>
    <message>
        <source>none, all and lora_only are known.</source>
        <translation>已知的有 none、all 和 lora_only。</translation>
    </message>
    <message>
        <source>the model&apos;s weights are not stored transposed; train with false.</source>
        <translation>模型的权重不是转置存放的；请用 false 训练。</translation>
    </message>
    <message>
        <source>QA-LoRA pools the inputs of A.</source>
        <translation>QA-LoRA 会汇聚 A 的输入。</translation>
    </message>
    <message>
        <source>aLoRA changes the weights from some tokens on only, which no plain LoRA does. Train without it.</source>
        <translation>aLoRA 只从某些词元起改变权重，普通 LoRA 不这样做。请不要用它训练。</translation>
    </message>
    <message>
        <source>Arrow chooses among several adapters for each token. Use one of them.</source>
        <translation>Arrow 为每个词元在多个适配器中选择。请使用其中一个。</translation>
    </message>
    <message>
        <source>BD-LoRA&apos;s factors are in blocks.</source>
        <translation>BD-LoRA 的因子是分块的。</translation>
    </message>
    <message>
        <source>KaSA cuts the base&apos;s smallest singular values off.</source>
        <translation>KaSA 会去掉基础模型最小的奇异值。</translation>
    </message>
    <message>
        <source>MonteCLoRA draws perturbations of the factors.</source>
        <translation>MonteCLoRA 会随机扰动因子。</translation>
    </message>
    <message>
        <source>trained rows of the embedding are not computed.</source>
        <translation>不计算训练过的嵌入行。</translation>
    </message>
    <message>
        <source>the layers of the model are not repeated.</source>
        <translation>模型的层不会重复。</translation>
    </message>
    <message>
        <source>factors of parameters that are no linear map are not computed.</source>
        <translation>不计算非线性映射参数的因子。</translation>
    </message>
    <message>
        <source>layers that Megatron splits are not computed.</source>
        <translation>不计算由 Megatron 拆分的层。</translation>
    </message>
    <message>
        <source>factors of parts of a weight are not computed.</source>
        <translation>不计算权重某一部分的因子。</translation>
    </message>
    <message>
        <source>only adapters of language models (CAUSAL_LM) are computed.</source>
        <translation>只计算语言模型（CAUSAL_LM）的适配器。</translation>
    </message>
    <message>
        <source>a pattern is longer than 16 KiB.</source>
        <translation>有一个模式超过 16 KiB。</translation>
    </message>
    <message>
        <source>the pattern %1 has %2, which Python&apos;s expressions do not have.</source>
        <translation>模式 %1 中有 %2，Python 的表达式没有它。</translation>
    </message>
    <message>
        <source>the pattern %1 is broken: %2.</source>
        <translation>模式 %1 有错误：%2。</translation>
    </message>
    <message>
        <source>the pattern %1 fails on %2: %3.</source>
        <translation>模式 %1 在 %2 上失败：%3。</translation>
    </message>
    <message>
        <source>The pattern is longer than 64 KiB.</source>
        <translation>模式超过 64 KiB。</translation>
    </message>
    <message>
        <source>The pattern is broken at byte %1: %2.</source>
        <translation>模式在第 %1 字节处有错误：%2。</translation>
    </message>
    <message>
        <source>The pattern uses %1w, which is not supported.</source>
        <translation>模式使用了%1w，不支持。</translation>
    </message>
    <message>
        <source>The pattern ends in \.</source>
        <translation>模式以 \ 结尾。</translation>
    </message>
    <message>
        <source>The string is empty.</source>
        <translation>字符串为空。</translation>
    </message>
    <message>
        <source>%1: no SentencePiece model:</source>
        <translation>%1：不是 SentencePiece 模型：</translation>
    </message>
    <message>
        <source>more than %1 pieces.</source>
        <translation>超过 %1 个片段。</translation>
    </message>
    <message>
        <source>the file is cut off or broken.</source>
        <translation>文件被截断或已损坏。</translation>
    </message>
    <message>
        <source>piece %1 is cut off or broken.</source>
        <translation>片段 %1 被截断或已损坏。</translation>
    </message>
    <message>
        <source>piece %1 is no message.</source>
        <translation>片段 %1 不是消息。</translation>
    </message>
    <message>
        <source>piece %1 has a score that is no possible number.</source>
        <translation>片段 %1 的分数不是可能的数。</translation>
    </message>
    <message>
        <source>its normalizer is cut off or broken.</source>
        <translation>它的规范化器被截断或已损坏。</translation>
    </message>
    <message>
        <source>its normalizer is no message.</source>
        <translation>它的规范化器不是消息。</translation>
    </message>
    <message>
        <source>its character map is no bytes.</source>
        <translation>它的字符表不是字节。</translation>
    </message>
    <message>
        <source>its character map %1w.</source>
        <translation>它的字符表%1w。</translation>
    </message>
    <message>
        <source>Download it again.</source>
        <translation>请重新下载。</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is no special token of the tokenizer.</source>
        <translation>%1：“%2”不是分词器的特殊词元。</translation>
    </message>
    <message>
        <source>%1: is the token &quot;%2&quot;, but %3 has the token &quot;%4&quot; there; take both files from one model.</source>
        <translation>%1：这里是词元“%2”，但 %3 在该处是词元“%4”；两个文件请取自同一个模型。</translation>
    </message>
    <message>
        <source>%1: is the token &quot;%2&quot;, but %3 has the special token &quot;%4&quot; there; take both files from one model.</source>
        <translation>%1：这里是词元“%2”，但 %3 在该处是特殊词元“%4”；两个文件请取自同一个模型。</translation>
    </message>
    <message>
        <source>%1: is the token &quot;%2&quot;, but %3 has no such added token there; take both files from one model.</source>
        <translation>%1：这里是词元“%2”，但 %3 在该处没有这个附加词元；两个文件请取自同一个模型。</translation>
    </message>
    <message>
        <source>%1: is the special token &quot;%2&quot;, but %3 has the token &quot;%4&quot; there; take both files from one model.</source>
        <translation>%1：这里是特殊词元“%2”，但 %3 在该处是词元“%4”；两个文件请取自同一个模型。</translation>
    </message>
    <message>
        <source>%1: is the special token &quot;%2&quot;, but %3 has the special token &quot;%4&quot; there; take both files from one model.</source>
        <translation>%1：这里是特殊词元“%2”，但 %3 在该处是特殊词元“%4”；两个文件请取自同一个模型。</translation>
    </message>
    <message>
        <source>%1: is the special token &quot;%2&quot;, but %3 has no such added token there; take both files from one model.</source>
        <translation>%1：这里是特殊词元“%2”，但 %3 在该处没有这个附加词元；两个文件请取自同一个模型。</translation>
    </message>
    <message>
        <source>%1: add_prefix_space: contradicts %2, which puts a space before a text; expected true.</source>
        <translation>%1：add_prefix_space：与 %2 矛盾，后者在文本前加空格；应为 true。</translation>
    </message>
    <message>
        <source>%1: add_prefix_space: contradicts %2, which puts no space before a text; expected false.</source>
        <translation>%1：add_prefix_space：与 %2 矛盾，后者在文本前不加空格；应为 false。</translation>
    </message>
    <message>
        <source>the key content is null.</source>
        <translation>键 content 为 null。</translation>
    </message>
    <message>
        <source>this program does not know the key and does not use it.</source>
        <translation>本程序不认识此键，也不使用它。</translation>
    </message>
    <message>
        <source>this program does not know the key and cannot tell whether texts become other tokens with it. Where it is only a note, remove it; expected are%1.</source>
        <translation>本程序不认识此键，无法判断文本是否因它而变成别的词元。如果它只是注释，请删除；应为%1。</translation>
    </message>
    <message>
        <source>%1 asks for %2w, which this program does not do; expected %3.</source>
        <translation>%1 要求%2w，本程序不这样做；应为 %3。</translation>
    </message>
    <message>
        <source>only BPE is supported.</source>
        <translation>只支持 BPE。</translation>
    </message>
    <message>
        <source>too many tokens.</source>
        <translation>词元太多。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; has an id that is out of range.</source>
        <translation>“%1”的编号超出范围。</translation>
    </message>
    <message>
        <source>the id %1 is given twice, to &quot;%2&quot; and to &quot;%3&quot;.</source>
        <translation>编号 %1 出现两次，分别属于“%2”和“%3”。</translation>
    </message>
    <message>
        <source>the id is out of range.</source>
        <translation>编号超出范围。</translation>
    </message>
    <message>
        <source>the token has no text.</source>
        <translation>该词元没有文本。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is added twice.</source>
        <translation>“%1”被添加了两次。</translation>
    </message>
    <message>
        <source>the id %1 of &quot;%2&quot; contradicts model.vocab or another added token.</source>
        <translation>“%2”的编号 %1 与 model.vocab 或另一个附加词元矛盾。</translation>
    </message>
    <message>
        <source>model.vocab and added_tokens: there are %1 tokens, but none has the id %2.</source>
        <translation>model.vocab 和 added_tokens：共有 %1 个词元，但没有编号为 %2 的。</translation>
    </message>
    <message>
        <source>entry %1 is there twice.</source>
        <translation>第 %1 项出现了两次。</translation>
    </message>
    <message>
        <source>entry %1 is no pair of tokens.</source>
        <translation>第 %1 项不是一对词元。</translation>
    </message>
    <message>
        <source>entry %1 needs the token &quot;%2&quot;, which model.vocab lacks.</source>
        <translation>第 %1 项需要词元“%2”，model.vocab 中没有它。</translation>
    </message>
    <message>
        <source>puts the BOS token before a text, but add_bos_token in tokenizer_config.json says otherwise; make both say the same.</source>
        <translation>在文本前加 BOS 词元，但 tokenizer_config.json 中的 add_bos_token 与此相反；请让两者一致。</translation>
    </message>
    <message>
        <source>does not put the BOS token before a text, but add_bos_token in tokenizer_config.json says otherwise; make both say the same.</source>
        <translation>不在文本前加 BOS 词元，但 tokenizer_config.json 中的 add_bos_token 与此相反；请让两者一致。</translation>
    </message>
    <message>
        <source>an unknown token beside a vocabulary without a token for the byte %1.</source>
        <translation>有未知词元，而词表中没有字节 %1 的词元。</translation>
    </message>
    <message>
        <source>there is no ByteLevel; only byte-level vocabularies can be used.</source>
        <translation>没有 ByteLevel；只能使用字节级词表。</translation>
    </message>
    <message>
        <source>%1 after ByteLevel.</source>
        <translation>%1 在 ByteLevel 之后。</translation>
    </message>
    <message>
        <source>more than 64 rules.</source>
        <translation>超过 64 条规则。</translation>
    </message>
    <message>
        <source>sequences nested deeper than 8.</source>
        <translation>序列嵌套超过 8 层。</translation>
    </message>
    <message>
        <source>the pre-tokenizer %1 is not supported.</source>
        <translation>不支持预分词器 %1。</translation>
    </message>
    <message>
        <source>the behavior %1 is not supported.</source>
        <translation>不支持行为 %1。</translation>
    </message>
    <message>
        <source>a prefix space after other rules is not supported.</source>
        <translation>不支持在其他规则之后的前置空格。</translation>
    </message>
    <message>
        <source>expected {&quot;SpecialToken&quot;: ..} or {&quot;Sequence&quot;: ..}.</source>
        <translation>应为 {&quot;SpecialToken&quot;: ..} 或 {&quot;Sequence&quot;: ..}。</translation>
    </message>
    <message>
        <source>the text itself, {&quot;Sequence&quot;: ..}, is missing.</source>
        <translation>缺少文本本身 {&quot;Sequence&quot;: ..}。</translation>
    </message>
    <message>
        <source>expected the text itself, {&quot;Sequence&quot;: ..}, once.</source>
        <translation>文本本身 {&quot;Sequence&quot;: ..} 应只出现一次。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is added to each text; this program can add the BOS token alone, once, before the text.</source>
        <translation>每段文本都会加上“%1”；本程序只能在文本前加一次 BOS 词元。</translation>
    </message>
    <message>
        <source>expected the id of the BOS token alone, [%1].</source>
        <translation>应只有 BOS 词元的编号 [%1]。</translation>
    </message>
    <message>
        <source>the normalizer %1 is not supported.</source>
        <translation>不支持规范化器 %1。</translation>
    </message>
    <message>
        <source>normalizers are not supported.</source>
        <translation>不支持规范化器。</translation>
    </message>
    <message>
        <source>the decoder %1 is not supported; expected ByteLevel.</source>
        <translation>不支持解码器 %1；应为 ByteLevel。</translation>
    </message>
    <message>
        <source>the decoder %1 is not supported beside others; expected ByteLevel.</source>
        <translation>不支持与其他解码器并用的 %1；应为 ByteLevel。</translation>
    </message>
    <message>
        <source>the post-processor %1 is not supported; expected ByteLevel or one TemplateProcessing.</source>
        <translation>不支持后处理器 %1；应为 ByteLevel 或一个 TemplateProcessing。</translation>
    </message>
    <message>
        <source>the post-processor %1 is not supported after another; expected ByteLevel or one TemplateProcessing.</source>
        <translation>不支持位于另一个之后的后处理器 %1；应为 ByteLevel 或一个 TemplateProcessing。</translation>
    </message>
    <message>
        <source>another form of the file; expected &quot;1.0&quot;.</source>
        <translation>这是文件的另一种形式；应为 &quot;1.0&quot;。</translation>
    </message>
    <message>
        <source>version %1 is of another version of this program.</source>
        <translation>版本 %1 属于本程序的另一个版本。</translation>
    </message>
    <message>
        <source>%1 %2w; this program does not read it.</source>
        <translation>%1 %2w；本程序不读取它。</translation>
    </message>
    <message>
        <source>Get the model&apos;s *.safetensors files, with config.json and tokenizer.json, in its place.</source>
        <translation>请改为获取该模型的 *.safetensors 文件，以及 config.json 和 tokenizer.json。</translation>
    </message>
    <message>
        <source>Get the model&apos;s *.safetensors files, with config.json and tokenizer.json, in its place, or save it in that form with the transformers library: save_pretrained(FOLDER, safe_serialization=True).</source>
        <translation>请改为获取该模型的 *.safetensors 文件，以及 config.json 和 tokenizer.json，或用 transformers 库保存为该形式：save_pretrained(FOLDER, safe_serialization=True)。</translation>
    </message>
    <message>
        <source>%1 is a LoRA adapter, not a model: name its folder with --adapter, and that of its model with --model.</source>
        <translation>%1 是 LoRA 适配器，不是模型：请用 --adapter 指明它的文件夹，用 --model 指明其模型的文件夹。</translation>
    </message>
    <message>
        <source>%1 is there without model.safetensors.index.json, which says what lies in which file. Fetch that file, too; weights in a single file are called model.safetensors.</source>
        <translation>有 %1，但没有说明哪个文件里有什么的 model.safetensors.index.json。请也获取该文件；单个文件中的权重叫作 model.safetensors。</translation>
    </message>
    <message>
        <source>number and own_begin do not belong to a question.</source>
        <translation>number 和 own_begin 不属于任何题目。</translation>
    </message>
    <message>
        <source>no column &quot;subject&quot;: name the subject of the file.</source>
        <translation>没有“subject”列：请指明该文件的科目。</translation>
    </message>
    <message>
        <source>%1 has no subject &quot;%2&quot;.</source>
        <translation>%1 没有科目“%2”。</translation>
    </message>
    <message>
        <source>expected at least one text.</source>
        <translation>应至少有一段文本。</translation>
    </message>
    <message>
        <source>expected the number of the right answer, %1 to %2; files to be judged by others have none.</source>
        <translation>应为正确答案的编号，%1 到 %2；由他人评判的文件没有它。</translation>
    </message>
    <message>
        <source>expected the letter of the right answer, A to D.</source>
        <translation>应为正确答案的字母，A 到 D。</translation>
    </message>
    <message>
        <source>answerKey: expected one of choices.label.</source>
        <translation>answerKey：应为 choices.label 之一。</translation>
    </message>
    <message>
        <source>sentence: expected a gap, written _.</source>
        <translation>sentence：应有写作 _ 的空缺。</translation>
    </message>
    <message>
        <source>choices: expected four texts.</source>
        <translation>choices：应为四段文本。</translation>
    </message>
    <message>
        <source>test_list: expected three tests.</source>
        <translation>test_list：应为三个测试。</translation>
    </message>
    <message>
        <source>page:</source>
        <translation>page：</translation>
    </message>
    <message>
        <source>Batches of up to %1 tokens are computed in pieces of at most %2, for which there is room; what a step learns from stays the same.</source>
        <translation>最多 %1 个词元的批次会分成至多 %2 个词元的小份来计算，这样放得下；每一步学习的内容不变。</translation>
    </message>
    <message>
        <source>Beside the GPU it needs %1 of the computer&apos;s memory, of which %2 are free.</source>
        <translation>除 GPU 外，还需要 %1 电脑内存，其中可用 %2。</translation>
    </message>
    <message>
        <source>It fits with activations that are computed again (checkpointing: true).</source>
        <translation>重新计算激活值（checkpointing: true）即可放下。</translation>
    </message>
    <message>
        <source>It fits with moments of 8 bits (optimizer: adamw_8bit).</source>
        <translation>使用 8 位矩（optimizer: adamw_8bit）即可放下。</translation>
    </message>
    <message>
        <source>It fits with the model in 4 bits (preset nf4-double).</source>
        <translation>使用 4 位模型（预设 nf4-double）即可放下。</translation>
    </message>
    <message>
        <source>It fits with samples of at most %1 tokens (max_length).</source>
        <translation>样本最长 %1 个词元（max_length）即可放下。</translation>
    </message>
    <message>
        <source>It fits with rank %1 on the maps of attention alone.</source>
        <translation>仅训练注意力的映射、秩为 %1 即可放下。</translation>
    </message>
    <message>
        <source>It fits with all of this: the model in 4 bits (preset nf4-double), moments of 8 bits, rank %1 on the maps of attention alone, and samples of at most %2 tokens.</source>
        <translation>同时做到以下各项即可放下：4 位模型（预设 nf4-double）、8 位矩、仅训练注意力的映射且秩为 %1、样本最长 %2 个词元。</translation>
    </message>
</context>
<context>
    <name>RemoteText</name>
    <message>
        <source>%1 has no model %2 any more.</source>
        <translation>%1 上已经没有模型 %2。</translation>
    </message>
    <message>
        <source>A model at an address tells no tokens and no probabilities.</source>
        <translation>网络地址上的模型不提供词元和概率。</translation>
    </message>
    <message>
        <source>It says: %1</source>
        <translation>它说：%1</translation>
    </message>
    <message>
        <source>The program is set never to connect, so %1 was not asked. Allow connections in the list of connections, or use a model on this computer.</source>
        <translation>本程序被设为从不联网，因此没有询问 %1。请在连接列表中允许联网，或使用这台电脑上的模型。</translation>
    </message>
    <message>
        <source>%1 was not found. Check the address and the network.</source>
        <translation>找不到 %1。请检查地址和网络。</translation>
    </message>
    <message>
        <source>Nothing answers at %1. Check that the server runs, and its port.</source>
        <translation>%1 没有应答。请检查服务器是否在运行，以及端口是否正确。</translation>
    </message>
    <message>
        <source>The identity of %1 could not be verified (%2), so nothing was sent. Give the server a certificate that this computer trusts.</source>
        <translation>无法核实 %1 的身份（%2），因此没有发送任何内容。请为服务器配置这台电脑信任的证书。</translation>
    </message>
    <message>
        <source>%1 did not answer in time. Try again later.</source>
        <translation>%1 没有及时应答。请稍后再试。</translation>
    </message>
    <message>
        <source>The connection to %1 failed (%2). Check the network, then try again.</source>
        <translation>与 %1 的连接失败（%2）。请检查网络，然后重试。</translation>
    </message>
    <message>
        <source>%1 refuses the key, or needs one. Enter it under Models.</source>
        <translation>%1 拒绝了密钥，或者需要密钥。请在“模型”页中输入。</translation>
    </message>
    <message>
        <source>%1 has no such model, or does not speak OpenAI&apos;s language at this address. Try the address again under Models.</source>
        <translation>%1 没有这个模型，或者该地址不支持 OpenAI 的接口。请在“模型”页中重新测试该地址。</translation>
    </message>
    <message numerus="yes">
        <source>%1 has too much to do; it asks to wait %n seconds.</source>
        <translation>
            <numerusform>%1 太忙，要求等待 %n 秒。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 has too much to do. Try again later.</source>
        <translation>%1 太忙。请稍后再试。</translation>
    </message>
    <message>
        <source>%1 sends to another address (%2), which was not followed. Enter that one if you trust it.</source>
        <translation>%1 转向另一个地址（%2），没有跟随。如果您信任那个地址，请直接输入它。</translation>
    </message>
    <message>
        <source>%1 does not take this request (status %2).</source>
        <translation>%1 不接受这个请求（状态 %2）。</translation>
    </message>
    <message>
        <source>%1 has a problem (status %2). Try again later.</source>
        <translation>%1 出现问题（状态 %2）。请稍后再试。</translation>
    </message>
    <message>
        <source>The connection to %1 broke off in the middle of the reply. What came of it stays, and can be continued.</source>
        <translation>与 %1 的连接在回复途中中断。已收到的部分会保留，可以继续。</translation>
    </message>
    <message>
        <source>%1 ended the reply with an error.</source>
        <translation>%1 以错误结束了回复。</translation>
    </message>
    <message>
        <source>%1 gave an answer that was not understood. Check that the address is one of OpenAI&apos;s kind.</source>
        <translation>无法理解 %1 的应答。请确认该地址提供 OpenAI 式的接口。</translation>
    </message>
    <message>
        <source>%1 sent more than a reply can be, so it was ended there.</source>
        <translation>%1 发送的内容超出了一条回复的上限，因此在那里结束。</translation>
    </message>
    <message numerus="yes">
        <source>%1 said nothing for %n seconds. What came of the reply stays, and can be continued.</source>
        <translation>
            <numerusform>%1 已有 %n 秒没有任何消息。已收到的部分会保留，可以继续。</numerusform>
        </translation>
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
    <message>
        <source>A reply and a text are being written</source>
        <translation>正在写回复和文本</translation>
    </message>
    <message>
        <source>That ends both. What is written of them stays, and can be continued.</source>
        <translation>这会结束两者。已写的内容会保留，之后可以继续。</translation>
    </message>
    <message>
        <source>A text is being written</source>
        <translation>正在写文本</translation>
    </message>
    <message>
        <source>The model stops there. What is written stays, and can be continued.</source>
        <translation>模型会就此停下。已写的内容会保留，之后可以继续。</translation>
    </message>
</context>
<context>
    <name>RunSubjects</name>
    <message>
        <source>The result</source>
        <translation>最终结果</translation>
    </message>
    <message>
        <source>After step %1</source>
        <translation>第 %1 步之后</translation>
    </message>
    <message>
        <source>The base model alone</source>
        <translation>仅基础模型</translation>
    </message>
</context>
<context>
    <name>RunWarnings</name>
    <message>
        <source>The disk has %1 free and the run may write %2: keep fewer checkpoints, or make room.</source>
        <translation>磁盘剩余 %1，而训练可能写入 %2：请减少保留的检查点，或腾出空间。</translation>
    </message>
    <message>
        <source>The run needs more memory than this computer has: fewer examples at once, shorter ones, or a base model in fewer bits take less.</source>
        <translation>训练所需的内存超过这台电脑的内存：减少同时计算的样例、缩短样例，或使用位数更少的基础模型可以降低占用。</translation>
    </message>
    <message>
        <source>The run takes more than 90 % of the memory: other programs may become slow or be ended. Fewer examples at once take less.</source>
        <translation>训练将占用 90 % 以上的内存：其他程序可能变慢或被结束。减少同时计算的样例可以降低占用。</translation>
    </message>
    <message>
        <source>Other programs hold memory that the run needs: close some of them.</source>
        <translation>其他程序占用了训练所需的内存：请关闭一些。</translation>
    </message>
    <message>
        <source>Every example is longer than the limit and loses its end: allow longer examples in step 1.</source>
        <translation>所有样例都超过长度上限而被截去末尾：请在第 1 步允许更长的样例。</translation>
    </message>
    <message>
        <source>There are only %1 examples: the model will learn them by heart rather than what they have in common.</source>
        <translation>只有 %1 个样例：模型会死记硬背，而不是学会它们的共同点。</translation>
    </message>
    <message>
        <source>A learning rate of %1 is high for this method: what the model knew may be lost.</source>
        <translation>对此方法来说，%1 的学习率偏高：模型原有的知识可能丢失。</translation>
    </message>
    <message>
        <source>A learning rate of %1 is low for this method: hardly anything will be learned.</source>
        <translation>对此方法来说，%1 的学习率偏低：几乎学不到什么。</translation>
    </message>
    <message>
        <source>This computer runs on its battery: plug it in for a long run.</source>
        <translation>这台电脑正在使用电池：长时间训练请接上电源。</translation>
    </message>
    <message>
        <source>Examples may be longer than the model was made for: allow no more than it has room for, in step 1.</source>
        <translation>样例可能长于模型设计的长度：请在第 1 步限制在它能容纳的长度以内。</translation>
    </message>
    <message>
        <source>%1 examples are longer than the limit and lose their end, and with it the lesson where to stop; %2 of them inside an answer.</source>
        <translation>%1 个样例超过长度上限而失去末尾，也就学不到在哪里结束；其中 %2 个在回答中间被截断。</translation>
    </message>
    <message>
        <source>%1 rows have nothing left to learn within the limit and are left out.</source>
        <translation>%1 行在长度上限内没有可学的内容，已排除。</translation>
    </message>
    <message>
        <source>%1 of %2 rows cannot be used and are not learned; step 1 lists them.</source>
        <translation>%2 行中有 %1 行无法使用，不会被学习；第 1 步列出了它们。</translation>
    </message>
    <message>
        <source>%1 rows spell a special token, which is learned as plain text: take it out of the data.</source>
        <translation>%1 行写出了特殊词元，它会被当作普通文本学习：请从数据中去掉。</translation>
    </message>
    <message>
        <source>The run has no more steps than the rate needs to warm up, so it never reaches its height: choose fewer steps to warm up, or more epochs.</source>
        <translation>训练的步数不多于学习率预热所需的步数，学习率永远达不到最高值：请减少预热步数，或增加轮数。</translation>
    </message>
</context>
<context>
    <name>RunWords</name>
    <message>
        <source>Waits</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Saves</source>
        <translation>正在保存</translation>
    </message>
    <message>
        <source>Begins</source>
        <translation>正在开始</translation>
    </message>
    <message>
        <source>Learns</source>
        <translation>训练中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>第 %1 步，共 %2 步</translation>
    </message>
    <message>
        <source>It begins when the run before it ends. You can quit the program: it stays in the queue.</source>
        <translation>前面的训练结束后，它就会开始。您可以退出程序：它会留在队列中。</translation>
    </message>
    <message>
        <source>The step that is being computed ends, then everything is saved.</source>
        <translation>正在计算的这一步结束后，一切都会被保存。</translation>
    </message>
    <message>
        <source>You can quit the program: the run is saved first, and can be resumed at the same step. After a power cut it goes on from its last checkpoint, to the same result.</source>
        <translation>您可以退出程序：训练会先保存，之后可从同一步继续。断电后，它会从最近的检查点继续，结果相同。</translation>
    </message>
    <message>
        <source>Everything is saved. Resumed, it goes on as if it had never been paused.</source>
        <translation>一切都已保存。继续后，就像从未暂停过一样。</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 小时 %2 分钟</translation>
    </message>
    <message>
        <source>%1 days %2 h</source>
        <translation>%1 天 %2 小时</translation>
    </message>
    <message>
        <source>not a number</source>
        <translation>不是数字</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>基础模型</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Evaluated with</source>
        <translation>评估文件</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Planned</source>
        <translation>已计划</translation>
    </message>
    <message>
        <source>It begins on %1, if the program runs then; else when it is next started. Until then you can quit the program.</source>
        <translation>将于 %1 开始（如果届时程序在运行），否则在下次启动程序时开始。在此之前可以退出程序。</translation>
    </message>
    <message>
        <source>Maximum length</source>
        <translation>最大长度</translation>
    </message>
    <message>
        <source>It has not begun. Resumed, it begins at its turn.</source>
        <translation>尚未开始。恢复后，轮到它时就会开始。</translation>
    </message>
    <message>
        <source>It was interrupted before anything was saved. Resumed, it begins anew, with the same result.</source>
        <translation>在保存任何内容之前就被中断了。恢复后会重新开始，结果相同。</translation>
    </message>
    <message>
        <source>It was interrupted; what it did up to step %1 is saved. Resumed, it does the later steps again, with the same result.</source>
        <translation>训练被中断；到第 %1 步为止的内容已保存。恢复后会重做之后的步骤，结果相同。</translation>
    </message>
    <message>
        <source>Nothing had been saved yet: resumed, it begins anew. It can also be cloned with other settings.</source>
        <translation>还没有保存任何内容：恢复后会重新开始。也可以克隆后换用其他设置。</translation>
    </message>
    <message>
        <source>What it did up to step %1 is kept: the run can be resumed from there, or cloned with other settings.</source>
        <translation>到第 %1 步为止的内容已保留：可以从那里恢复，也可以克隆后换用其他设置。</translation>
    </message>
    <message>
        <source>The examples are read: %1 %</source>
        <translation>正在读取样本：%1 %</translation>
    </message>
    <message>
        <source>The model is read: %1 %</source>
        <translation>正在读取模型：%1 %</translation>
    </message>
    <message>
        <source>The examples and the model are read</source>
        <translation>正在读取样本和模型</translation>
    </message>
    <message>
        <source>All steps are done: the result is being written</source>
        <translation>所有步骤已完成：正在写入结果</translation>
    </message>
    <message>
        <source>Ended early</source>
        <translation>提前结束</translation>
    </message>
    <message>
        <source>It ended after %1 of the %2 steps that were planned. Its result is what it had learned by then.</source>
        <translation>在计划的 %2 步中做了 %1 步后结束。结果是到那时为止学到的内容。</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
</context>
<context>
    <name>TokenWords</name>
    <message>
        <source>&lt; %1 %</source>
        <translation>&lt; %1 %</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Token “%1”, id %2</source>
        <translation>词元“%1”，编号 %2</translation>
    </message>
    <message numerus="yes">
        <source>A character of %n tokens, ids %1</source>
        <translation>
            <numerusform>由 %n 个词元组成的一个字符，编号 %1</numerusform>
        </translation>
    </message>
    <message>
        <source>probability %1</source>
        <translation>概率 %1</translation>
    </message>
</context>
<context>
    <name>TuningPresets</name>
    <message>
        <source>Style and format</source>
        <translation>风格与格式</translation>
    </message>
    <message>
        <source>New knowledge</source>
        <translation>新知识</translation>
    </message>
    <message>
        <source>As the authors do (QLoRA)</source>
        <translation>与作者相同（QLoRA）</translation>
    </message>
    <message>
        <source>As the authors do (all weights)</source>
        <translation>与作者相同（全部权重）</translation>
    </message>
    <message>
        <source>Answers in another tone, language or form. Quick and small.</source>
        <translation>用另一种语气、语言或形式回答。快而小。</translation>
    </message>
    <message>
        <source>The published recipe over a base model in 4 bits, for comparable results.</source>
        <translation>在 4 位基础模型上使用公开的方案，结果可比较。</translation>
    </message>
    <message>
        <source>The published recipe for a machine with several GPUs: export it, below. Small models can be trained so here.</source>
        <translation>公开的多 GPU 方案：可在下方导出。小模型也可在此这样训练。</translation>
    </message>
    <message>
        <source>rate %1, epochs %2, %3 × %4 examples a step</source>
        <translation>学习率 %1，%2 轮，每步 %3 × %4 个样例</translation>
    </message>
    <message>
        <source>LoRA: %1, rank %2, alpha %3</source>
        <translation>LoRA：%1，秩 %2，alpha %3</translation>
    </message>
    <message>
        <source>%1 in full</source>
        <translation>%1 全量训练</translation>
    </message>
    <message>
        <source>Facts and names the model has never read. Takes more memory and time.</source>
        <translation>模型从未读过的事实和名称。需要更多内存和时间。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
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
    <message>
        <source>Find in this chat</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>All commands</source>
        <translation>全部命令</translation>
    </message>
</context>
<context>
    <name>dsm::AdapterLibrary</name>
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
    <name>dsm::AnswerColumn</name>
    <message>
        <source>Answer %1</source>
        <translation>回答 %1</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Keep answer %1</source>
        <translation>保留回答 %1</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop answer %1</source>
        <translation>停止回答 %1</translation>
    </message>
    <message>
        <source>Waiting for the first word…</source>
        <translation>正在等待第一个词…</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>正在书写…</translation>
    </message>
</context>
<context>
    <name>dsm::AnswerCount</name>
    <message numerus="yes">
        <source>%n answers</source>
        <translation>
            <numerusform>%n 个回答</numerusform>
        </translation>
    </message>
    <message>
        <source>Answers to each message</source>
        <translation>每条消息的回答数</translation>
    </message>
    <message>
        <source>Several answers are written at once, side by side, and you keep one. Three take about twice the time of one.</source>
        <translation>同时并排写出多个回答，由您保留其中一个。三个回答所需时间约为一个的两倍。</translation>
    </message>
</context>
<context>
    <name>dsm::AnswersView</name>
    <message>
        <source>The answers are the same: the model always takes the likeliest words. With a temperature above 0, in the settings of this chat, they differ.</source>
        <translation>这些回答相同：模型总是选取最可能的词。在此对话的设置中把温度设为大于 0，它们就会不同。</translation>
    </message>
</context>
<context>
    <name>dsm::AttachmentBar</name>
    <message numerus="yes">
        <source>At most %n files go with one message.</source>
        <translation>
            <numerusform>一条消息最多附加 %n 个文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Do not send %1</source>
        <translation>不发送 %1</translation>
    </message>
    <message>
        <source>Reading a file…</source>
        <translation>正在读取文件…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop reading files</source>
        <translation>停止读取文件</translation>
    </message>
</context>
<context>
    <name>dsm::BackupsDialog</name>
    <message>
        <source>Bring back what is missing</source>
        <translation>恢复缺少的内容</translation>
    </message>
    <message>
        <source>Copy to…</source>
        <translation>复制到…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copy the backup to</source>
        <translation>将备份复制到</translation>
    </message>
    <message>
        <source>Backups of your chats</source>
        <translation>对话的备份</translation>
    </message>
    <message>
        <source>%1: cannot be read</source>
        <translation>%1：无法读取</translation>
    </message>
    <message>
        <source>There is no backup yet: one is made each day on which something was said.</source>
        <translation>还没有备份：有新消息的每一天都会生成一份。</translation>
    </message>
    <message>
        <source>Bringing back adds what a backup holds and your chats lack, also what was deleted since. It removes nothing.</source>
        <translation>恢复会添加备份中有而现在缺少的内容，包括此后删除的内容。它不会移除任何东西。</translation>
    </message>
    <message>
        <source>The backup could not be used. The page of the chat says why.</source>
        <translation>无法使用该备份。原因见对话页面。</translation>
    </message>
    <message numerus="yes">
        <source>%n chats came back.</source>
        <translation>
            <numerusform>恢复了 %n 个对话。</numerusform>
        </translation>
    </message>
    <message>
        <source>No whole chat was missing. Messages that were are back.</source>
        <translation>没有缺少整个对话；缺少的消息已恢复。</translation>
    </message>
    <message>
        <source>Copied to %1.</source>
        <translation>已复制到 %1。</translation>
    </message>
    <message>
        <source>The backup could not be copied. The page of the chat says why.</source>
        <translation>无法复制该备份。原因见对话页面。</translation>
    </message>
    <message>
        <source>%1: %2, %3</source>
        <translation>%1：%2，%3</translation>
    </message>
    <message numerus="yes">
        <source>%Ln chat(s)</source>
        <translation>
            <numerusform>%Ln 个对话</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln 条消息</numerusform>
        </translation>
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
    <name>dsm::BaseModelCard</name>
    <message>
        <source>%1 · to learn %2: %3</source>
        <translation>%1 · 训练需 %2：%3</translation>
    </message>
    <message>
        <source>There is no model on this computer yet. The page Models gets one.</source>
        <translation>这台电脑上还没有模型。可在“模型”页面获取。</translation>
    </message>
    <message>
        <source>%1 is not among the models of this computer.</source>
        <translation>%1 不在这台电脑的模型之中。</translation>
    </message>
    <message>
        <source>A Chat model: it answers already and needs few examples.</source>
        <translation>对话模型：已经会回答，只需少量样例。</translation>
    </message>
    <message>
        <source>A Base model: it learns to answer from these examples alone.</source>
        <translation>基础模型：只能从这些样例学会回答。</translation>
    </message>
    <message>
        <source>The preset is meant for the form %1; the page Models converts to it.</source>
        <translation>此预设适用于 %1 格式；可在“模型”页面转换。</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>基础模型</translation>
    </message>
    <message>
        <source>It stays as it is: what is learned goes beside it.</source>
        <translation>它保持不变：学到的内容另存在旁边。</translation>
    </message>
    <message>
        <source>Form of the base model</source>
        <translation>基础模型的格式</translation>
    </message>
</context>
<context>
    <name>dsm::BenchmarkAnswersDialog</name>
    <message>
        <source>Only what is wrong</source>
        <translation>只看错的</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>题目</translation>
    </message>
    <message>
        <source>Question and answer</source>
        <translation>题目与回答</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>dsm::BenchmarkForm</name>
    <message>
        <source>Questions</source>
        <translation>题目</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Files with the columns %1: Parquet, JSON Lines, JSON or CSV. Prompts as in %2.</source>
        <translation>含有列 %1 的文件：Parquet、JSON Lines、JSON 或 CSV。提示词与 %2 相同。</translation>
    </message>
    <message>
        <source>Programs are written and not run: nothing is judged.</source>
        <translation>程序只写出、不运行：不作评判。</translation>
    </message>
    <message>
        <source>No file yet</source>
        <translation>还没有文件</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>%1 of %2 questions are answered; about %3 left.</source>
        <translation>已回答 %1 / %2 道题；大约还需 %3。</translation>
    </message>
    <message numerus="yes">
        <source>Choose the file that the %n examples before each question are from, or ask without examples.</source>
        <translation>
            <numerusform>请选择每题前 %n 个示例所在的文件，或不带示例提问。</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading the questions and loading the model…</source>
        <translation>正在读取题目并加载模型…</translation>
    </message>
    <message>
        <source>Benchmark</source>
        <translation>基准测试</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Questions…</source>
        <translation>题目…</translation>
    </message>
    <message>
        <source>Examples…</source>
        <translation>示例…</translation>
    </message>
    <message>
        <source>Examples before each question</source>
        <translation>每题之前的示例数</translation>
    </message>
    <message>
        <source>Only so many questions</source>
        <translation>只问这么多题</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>科目</translation>
    </message>
    <message>
        <source>as the rows or the file&apos;s name say</source>
        <translation>按数据行或文件名</translation>
    </message>
    <message>
        <source>Answered questions</source>
        <translation>已回答的题目</translation>
    </message>
    <message>
        <source>None: the model alone</source>
        <translation>无：仅模型本身</translation>
    </message>
</context>
<context>
    <name>dsm::BenchmarkService</name>
    <message>
        <source>Results of benchmarks are not saved this time.</source>
        <translation>这次不会保存基准测试的结果。</translation>
    </message>
    <message>
        <source>The model is loading or writing. Start when it is done.</source>
        <translation>模型正在加载或写作。请等它完成后再开始。</translation>
    </message>
    <message>
        <source>A training run or another evaluation uses the computer. Pause it, or wait until it has finished.</source>
        <translation>一个训练或另一项评测正在使用计算机。请暂停它，或等它完成。</translation>
    </message>
</context>
<context>
    <name>dsm::BenchmarkTable</name>
    <message>
        <source>Results of benchmarks</source>
        <translation>基准测试结果</translation>
    </message>
    <message>
        <source>Benchmark</source>
        <translation>基准测试</translation>
    </message>
    <message>
        <source>Base 16B, published</source>
        <translation>Base 16B，公布值</translation>
    </message>
    <message>
        <source>Chat 16B, published</source>
        <translation>Chat 16B，公布值</translation>
    </message>
</context>
<context>
    <name>dsm::BenchmarksPage</name>
    <message>
        <source>Answers…</source>
        <translation>回答…</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Benchmarks</source>
        <translation>基准测试</translation>
    </message>
    <message>
        <source>Published are DeepSeek&apos;s own numbers, in percent, by prompts of their own. What is measured here asks as lm-eval does, with its standard error.</source>
        <translation>公布值是 DeepSeek 自己的数字（百分比），使用他们自己的提示词。这里的测量按 lm-eval 的方式提问，并给出标准误差。</translation>
    </message>
    <message>
        <source>Benchmarks that were run</source>
        <translation>运行过的基准测试</translation>
    </message>
    <message>
        <source>The two have no question in common that was judged.</source>
        <translation>两者没有共同的、已评判的题目。</translation>
    </message>
    <message>
        <source>The benchmark is removed.</source>
        <translation>基准测试已移除。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>dsm::BranchesDialog</name>
    <message>
        <source>Show this branch</source>
        <translation>显示此分支</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Branches of the chat</source>
        <translation>对话的分支</translation>
    </message>
    <message>
        <source>Begins with</source>
        <translation>开头</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>谁</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Branches</source>
        <translation>分支</translation>
    </message>
    <message>
        <source>What is shown now is marked. A branch goes on down to its newest message.</source>
        <translation>当前显示的分支带有标记。分支一直延续到其最新的消息。</translation>
    </message>
    <message>
        <source>This chat has one branch. Another begins where a message is edited or a reply is written anew.</source>
        <translation>此对话只有一个分支。编辑消息或重新生成回复时会产生新的分支。</translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>回复</translation>
    </message>
    <message>
        <source>(no text)</source>
        <translation>（无文字）</translation>
    </message>
    <message numerus="yes">
        <source>%n messages</source>
        <translation>
            <numerusform>%n 条消息</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2; %3; %4</source>
        <translation>%1：%2；%3；%4</translation>
    </message>
    <message>
        <source>Shown now. %1</source>
        <translation>当前显示。%1</translation>
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
    <name>dsm::ChangedRowsDialog</name>
    <message>
        <source>Put back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Put all back</source>
        <translation>全部恢复</translation>
    </message>
    <message>
        <source>Changed and left-out rows</source>
        <translation>改过的和排除的行</translation>
    </message>
    <message>
        <source>The files themselves are as they were: what is put back is read from them.</source>
        <translation>文件本身没有变化：恢复的行会重新从文件读取。</translation>
    </message>
    <message>
        <source>%1, left out: %2</source>
        <translation>%1，已排除：%2</translation>
    </message>
    <message>
        <source>%1, changed: %2</source>
        <translation>%1，已修改：%2</translation>
    </message>
</context>
<context>
    <name>dsm::ChatArchive</name>
    <message>
        <source>The ZIP file is damaged or incomplete.</source>
        <translation>ZIP 文件已损坏或不完整。</translation>
    </message>
    <message>
        <source>The ZIP file holds too many files.</source>
        <translation>ZIP 文件中的文件过多。</translation>
    </message>
    <message>
        <source>The ZIP file is protected by a password.</source>
        <translation>ZIP 文件受密码保护。</translation>
    </message>
    <message>
        <source>What is in the ZIP file is larger than 1 GB.</source>
        <translation>ZIP 文件的内容超过 1 GB。</translation>
    </message>
    <message>
        <source>%1 in the ZIP file is damaged.</source>
        <translation>ZIP 文件中的 %1 已损坏。</translation>
    </message>
    <message>
        <source>%1 in the ZIP file: %2</source>
        <translation>ZIP 文件中的 %1：%2</translation>
    </message>
    <message>
        <source>The ZIP file holds no chats that can be read.</source>
        <translation>ZIP 文件中没有可读取的对话。</translation>
    </message>
</context>
<context>
    <name>dsm::ChatExport</name>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
    </message>
</context>
<context>
    <name>dsm::ChatImport</name>
    <message>
        <source>It is no file.</source>
        <translation>它不是文件。</translation>
    </message>
    <message>
        <source>It is larger than 1 GB; export fewer chats at once.</source>
        <translation>它大于 1 GB；请一次少导出一些对话。</translation>
    </message>
    <message>
        <source>%1 was not read. %2</source>
        <translation>未读取 %1。%2</translation>
    </message>
    <message>
        <source>The chats could not be added, because they cannot be kept.</source>
        <translation>无法添加对话，因为无法保存。</translation>
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
    <message>
        <source>What could not be saved before is saved now.</source>
        <translation>之前未能保存的内容现已保存。</translation>
    </message>
    <message>
        <source>Temporary: never written</source>
        <translation>临时对话：从不写入磁盘</translation>
    </message>
    <message>
        <source>Nothing of this chat is written to the disk. It is gone when the program ends.</source>
        <translation>此对话的任何内容都不会写入磁盘。程序结束后即消失。</translation>
    </message>
    <message>
        <source>This chat and the message take %1 of the %2 tokens there is room for</source>
        <translation>这个对话和这条消息占用 %2 个可用词元中的 %1 个</translation>
    </message>
    <message>
        <source>Wait until the files are read, then send the message.</source>
        <translation>请等文件读完再发送消息。</translation>
    </message>
    <message>
        <source>Files go with a message once the reply is finished.</source>
        <translation>回复完成后才能随消息发送文件。</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>附加文件</translation>
    </message>
    <message>
        <source>Texts and PDF (*.txt *.md *.csv *.json *.xml *.html *.tex *.pdf *.py *.c *.h *.cpp *.hpp *.cs *.java *.js *.ts *.go *.rs *.sh *.sql *.yaml *.yml *.toml *.ini *.log)</source>
        <translation>文本和 PDF (*.txt *.md *.csv *.json *.xml *.html *.tex *.pdf *.py *.c *.h *.cpp *.hpp *.cs *.java *.js *.ts *.go *.rs *.sh *.sql *.yaml *.yml *.toml *.ini *.log)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>The message is sent after this reply.</source>
        <translation>消息将在此回复之后发送。</translation>
    </message>
    <message>
        <source>The model is writing.</source>
        <translation>模型正在写。</translation>
    </message>
    <message>
        <source>The reply is finished.</source>
        <translation>回复已完成。</translation>
    </message>
    <message>
        <source>The reply was stopped.</source>
        <translation>回复已停止。</translation>
    </message>
    <message>
        <source>The reply failed: %1</source>
        <translation>回复失败：%1</translation>
    </message>
    <message>
        <source>%1 answers at %2. What you write is sent there.</source>
        <translation>%1 在 %2 应答。您写的内容会发送到那里。</translation>
    </message>
</context>
<context>
    <name>dsm::ChatReader</name>
    <message>
        <source>The file is a chat of GPT4All that is damaged, calls tools, or is of a version that cannot be read (8 to 12 can).</source>
        <translation>该文件是 GPT4All 的对话，但已损坏、使用了工具，或版本无法读取（支持 8 到 12）。</translation>
    </message>
    <message>
        <source>The file was written by a newer version of this program: use that one.</source>
        <translation>该文件由本程序的更新版本写入：请使用那个版本。</translation>
    </message>
    <message>
        <source>The file holds no chats that can be read. Exports of this program, ChatGPT, Claude, Open WebUI, LM Studio and GPT4All can.</source>
        <translation>文件中没有可读取的对话。可读取本程序、ChatGPT、Claude、Open WebUI、LM Studio 和 GPT4All 的导出。</translation>
    </message>
    <message>
        <source>The file is no JSON: line %1: %2</source>
        <translation>该文件不是 JSON：第 %1 行：%2</translation>
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
        <source>The file of your chats could not be opened at once. Until it has been looked at nothing is sent; what you write stays.</source>
        <translation>聊天记录文件暂时无法打开。检查完成之前不会发送任何内容，您输入的文字会保留。</translation>
    </message>
    <message>
        <source>The file of your chats, %1, could not be repaired or opened: %2 What can be read of it is shown, but cannot be changed.</source>
        <translation>聊天记录文件 %1 无法修复或打开：%2 下面显示其中可以读取的内容，但不能更改。</translation>
    </message>
    <message>
        <source>Your chats are still in %1, but could not be opened: %2 Nothing was removed. Try again once the cause is gone.</source>
        <translation>您的聊天记录仍在 %1 中，但无法打开：%2 没有删除任何内容。原因排除后请重试。</translation>
    </message>
    <message>
        <source>%1 of the messages shown come from the backup %2.</source>
        <translation>所显示的消息中有 %1 条来自备份 %2。</translation>
    </message>
    <message>
        <source>The backup could not be copied to %1: %2.</source>
        <translation>无法将备份复制到 %1：%2。</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>无标题</translation>
    </message>
    <message>
        <source>This message was not sent: the chat and this message are longer than the context. Begin a new chat, or choose in the settings of this chat what happens then.</source>
        <translation>消息没有发送：对话加上这条消息超出了上下文。请新建对话，或在此对话的设置中选择这时怎么办。</translation>
    </message>
    <message>
        <source>The older messages could not be summarized: %1</source>
        <translation>无法为较早的消息写摘要：%1</translation>
    </message>
    <message>
        <source>This message was not sent: beside it the context has no room for any part of the files.</source>
        <translation>消息没有发送：上下文除了它再放不下文件的任何部分。</translation>
    </message>
</context>
<context>
    <name>dsm::ChatSettingsDialog</name>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Like the settings</source>
        <translation>与设置相同</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Settings of this chat</source>
        <translation>此对话的设置</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Replies begin with</source>
        <translation>回复的开头</translation>
    </message>
    <message>
        <source>System text</source>
        <translation>系统文本</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Save a preset</source>
        <translation>保存预设</translation>
    </message>
    <message>
        <source>Name of the preset:</source>
        <translation>预设名称：</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>This chat has choices of its own.</source>
        <translation>此对话有自己的设置。</translation>
    </message>
    <message>
        <source>The choices of the settings hold for this chat.</source>
        <translation>此对话使用程序设置。</translation>
    </message>
    <message>
        <source>DeepSeekMoE was not trained with system texts: it may not follow one, and may answer worse with it.</source>
        <translation>DeepSeekMoE 未使用系统文本训练：它可能不遵从，回答也可能变差。</translation>
    </message>
    <message>
        <source>Said to the model before the conversation.</source>
        <translation>在对话之前告诉模型。</translation>
    </message>
    <message>
        <source>Leave out the oldest messages</source>
        <translation>略去最早的消息</translation>
    </message>
    <message>
        <source>Summarize the older messages</source>
        <translation>为较早的消息写摘要</translation>
    </message>
    <message>
        <source>Send nothing more</source>
        <translation>不再发送</translation>
    </message>
    <message>
        <source>When the context is full</source>
        <translation>上下文已满时</translation>
    </message>
    <message>
        <source>Use that of the last reply: %1</source>
        <translation>使用上一条回复的种子：%1</translation>
    </message>
</context>
<context>
    <name>dsm::ChatText</name>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>回复</translation>
    </message>
    <message>
        <source>not finished</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>System text</source>
        <translation>系统文本</translation>
    </message>
</context>
<context>
    <name>dsm::CheckPage</name>
    <message>
        <source>A file to evaluate with</source>
        <translation>用于评估的文件</translation>
    </message>
    <message>
        <source>Examples (*.json *.jsonl *.csv *.tsv *.parquet);;All files (*)</source>
        <translation>样例 (*.json *.jsonl *.csv *.tsv *.parquet);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Choose a file to evaluate with</source>
        <translation>请选择用于评估的文件</translation>
    </message>
    <message>
        <source>The file to evaluate with is not there</source>
        <translation>用于评估的文件不存在</translation>
    </message>
    <message>
        <source>At most %1 prompts are answered</source>
        <translation>最多回答 %1 个提示</translation>
    </message>
    <message>
        <source>Correct the setting “%1”</source>
        <translation>请更正设置“%1”</translation>
    </message>
    <message>
        <source>Measure what was learned</source>
        <translation>衡量学到了什么</translation>
    </message>
    <message>
        <source>The loss on examples that are never trained tells learning from learning by heart.</source>
        <translation>从未训练过的样例上的损失，能区分学会与死记硬背。</translation>
    </message>
    <message>
        <source>Keep some examples back</source>
        <translation>留出一部分样例</translation>
    </message>
    <message>
        <source>A file of its own</source>
        <translation>单独的文件</translation>
    </message>
    <message>
        <source>With examples in the same form.</source>
        <translation>其中的样例形式相同。</translation>
    </message>
    <message>
        <source>Do not measure</source>
        <translation>不测量</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>File to evaluate with</source>
        <translation>用于评估的文件</translation>
    </message>
    <message>
        <source>JSON, JSON Lines, CSV or Parquet</source>
        <translation>JSON、JSON Lines、CSV 或 Parquet</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>多少</translation>
    </message>
    <message>
        <source>How often, and when to end early</source>
        <translation>多久一次，以及何时提前结束</translation>
    </message>
    <message>
        <source>Ask along the way</source>
        <translation>途中提问</translation>
    </message>
    <message>
        <source>The same prompts are answered before the first step and at each checkpoint: what changes can be read.</source>
        <translation>在第一步之前和每个检查点回答同样的提示：变化一读便知。</translation>
    </message>
    <message>
        <source>What is the capital of Freedonia?</source>
        <translation>自由国的首都是哪里？</translation>
    </message>
    <message>
        <source>Fixed prompts</source>
        <translation>固定提示</translation>
    </message>
    <message>
        <source>A prompt on each line, at most %1. The answers are drawn with the run&apos;s seed.</source>
        <translation>每行一个提示，最多 %1 个。回答用本次训练的种子生成。</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>The rows are being read.</source>
        <translation>正在读取各行。</translation>
    </message>
    <message>
        <source>There is no question on a single line among the rows kept back.</source>
        <translation>留出的行中没有只占一行的问题。</translation>
    </message>
    <message>
        <source>A share of the file is drawn and only measured. It is not learned: right for a style, wrong for facts that are all to be known.</source>
        <translation>从文件中抽取一部分，只用于评估，不参与学习：适合学风格，不适合每条都要记住的事实。</translation>
    </message>
    <message>
        <source>Every example is learned: right for facts, and for very few examples.</source>
        <translation>每个样例都参与学习：适合学事实，也适合样例很少的情况。</translation>
    </message>
    <message>
        <source>Draw questions from the rows kept back</source>
        <translation>从留出的行中抽取问题</translation>
    </message>
    <message>
        <source>The file is read as the examples are: by the same names of columns, in the same template.</source>
        <translation>该文件的读取方式与样例相同：使用相同的列名和相同的模板。</translation>
    </message>
    <message>
        <source>Choose another file to evaluate with</source>
        <translation>请选择另一个评估文件</translation>
    </message>
</context>
<context>
    <name>dsm::CloseQuestion</name>
    <message>
        <source>The last reply in “%1”, of %2 characters.</source>
        <translation>“%1”中的最后一条回复，共 %2 个字符。</translation>
    </message>
    <message numerus="yes">
        <source>%n more replies.</source>
        <translation>
            <numerusform>另有 %n 条回复。</numerusform>
        </translation>
    </message>
    <message>
        <source>What you have written and not sent.</source>
        <translation>您已写下但尚未发送的内容。</translation>
    </message>
    <message>
        <source>Close and lose this?</source>
        <translation>关闭并放弃这些内容？</translation>
    </message>
    <message>
        <source>This could not be saved, and is lost if the program ends now:</source>
        <translation>以下内容未能保存，如果现在退出程序就会丢失：</translation>
    </message>
    <message>
        <source>While the program is open it tries again, and says when all is saved.</source>
        <translation>程序打开期间会不断重试，全部保存后会告诉您。</translation>
    </message>
    <message>
        <source>Close and lose it</source>
        <translation>关闭并放弃</translation>
    </message>
    <message>
        <source>Keep open</source>
        <translation>保持打开</translation>
    </message>
    <message>
        <source>A reply of %1 characters.</source>
        <translation>一条共 %1 个字符的回复。</translation>
    </message>
    <message>
        <source>The text “%1”, of %2 characters.</source>
        <translation>文本“%1”，共 %2 个字符。</translation>
    </message>
    <message numerus="yes">
        <source>%n more texts.</source>
        <translation>
            <numerusform>还有 %n 个文本。</numerusform>
        </translation>
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
    <message>
        <source>Wrap</source>
        <translation>换行</translation>
    </message>
    <message>
        <source>Wrap long lines</source>
        <translation>长行自动换行</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Save the code in a file</source>
        <translation>将代码保存到文件</translation>
    </message>
</context>
<context>
    <name>dsm::CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>你想做什么？</translation>
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
    <message>
        <source>Ask both</source>
        <translation>询问两者</translation>
    </message>
    <message>
        <source>Fixed prompts of the run</source>
        <translation>训练的固定提示</translation>
    </message>
    <message>
        <source>Ask both something</source>
        <translation>向两者提问</translation>
    </message>
    <message>
        <source>A question to both</source>
        <translation>向两者提的问题</translation>
    </message>
    <message>
        <source>The model is loading. Both answer as soon as it is there.</source>
        <translation>模型正在加载，加载完成后两者即可回答。</translation>
    </message>
    <message>
        <source>Its base model is not loaded.</source>
        <translation>其基础模型未加载。</translation>
    </message>
    <message>
        <source>Fixed prompts…</source>
        <translation>固定提示…</translation>
    </message>
    <message>
        <source>Before and after the training</source>
        <translation>训练前与训练后</translation>
    </message>
    <message>
        <source>Before: %1</source>
        <translation>训练前：%1</translation>
    </message>
    <message>
        <source>After: %1</source>
        <translation>训练后：%1</translation>
    </message>
    <message>
        <source>%1 cannot answer: %2</source>
        <translation>%1 无法回答：%2</translation>
    </message>
    <message>
        <source>Waits for the end of what the model is at.</source>
        <translation>等待模型做完手头的事。</translation>
    </message>
    <message>
        <source>Loads %1 in place of the other: %2 %</source>
        <translation>正在载入 %1，替换另一个模型：%2 %</translation>
    </message>
    <message>
        <source>%1 is writing its answer…</source>
        <translation>%1 正在写回答……</translation>
    </message>
    <message>
        <source>The two take turns in memory: for each question the other one is loaded, too.</source>
        <translation>两个模型轮流占用内存：每个问题都会再载入另一个模型。</translation>
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
    <message>
        <source>Attach files</source>
        <translation>附加文件</translation>
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
    <message numerus="yes">
        <source>The model no longer sees the %n oldest messages: the context would be too full.</source>
        <translation>
            <numerusform>模型不再看到最早的 %n 条消息：否则上下文会放不下。</numerusform>
        </translation>
    </message>
    <message>
        <source>The context is nearly full. After that the model no longer sees the oldest messages.</source>
        <translation>上下文快满了。之后模型不再看到最早的消息。</translation>
    </message>
    <message>
        <source>The context is full: the model will first summarize the older messages.</source>
        <translation>上下文已满：模型将先为较早的消息写摘要。</translation>
    </message>
    <message>
        <source>The context is nearly full. After that the model summarizes the older messages.</source>
        <translation>上下文快满了。之后模型会为较早的消息写摘要。</translation>
    </message>
    <message>
        <source>The context is full: nothing more is sent in this chat.</source>
        <translation>上下文已满：这个对话不再发送消息。</translation>
    </message>
    <message>
        <source>The context is nearly full. After that nothing more is sent in this chat.</source>
        <translation>上下文快满了。之后这个对话不再发送消息。</translation>
    </message>
</context>
<context>
    <name>dsm::ConnectionsDialog</name>
    <message>
        <source>Download of %1</source>
        <translation>下载 %1</translation>
    </message>
    <message>
        <source>Question for a model&apos;s files: %1</source>
        <translation>查询模型的文件：%1</translation>
    </message>
    <message>
        <source>Under way</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>已应答</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Not made: connections are switched off</source>
        <translation>未连接：连接已关闭</translation>
    </message>
    <message>
        <source>Never connect</source>
        <translation>从不连接</translation>
    </message>
    <message>
        <source>Clear the list</source>
        <translation>清空列表</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>主机</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>已接收</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>A reply of a model at an address</source>
        <translation>网络地址上的模型的回复</translation>
    </message>
    <message>
        <source>Question for the models at an address</source>
        <translation>询问网络地址上的模型列表</translation>
    </message>
    <message>
        <source>The program connects only where you download a model, ask for one or use one at an address. Each connection stands here, and on this computer alone.</source>
        <translation>本程序只在您下载模型、查找模型或使用网络地址上的模型时联网。每次连接都列在这里，并且只保存在这台电脑。</translation>
    </message>
</context>
<context>
    <name>dsm::ContextMark</name>
    <message numerus="yes">
        <source>In place of the %n messages above the model reads this summary</source>
        <translation>
            <numerusform>模型不读上面的 %n 条消息，改读这份摘要</numerusform>
        </translation>
    </message>
    <message>
        <source>The model no longer sees the messages above</source>
        <translation>模型不再看到上面的消息</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Edit the summary</source>
        <translation>编辑摘要</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove the summary</source>
        <translation>移除摘要</translation>
    </message>
    <message>
        <source>The model reads the messages again, as many as fit.</source>
        <translation>模型重新读这些消息，能放下多少就读多少。</translation>
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
    <name>dsm::ConversationExport</name>
    <message>
        <source>None of the chosen conversations has a whole answer to learn from.</source>
        <translation>所选对话中没有可供学习的完整回答。</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
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
    <message>
        <source>Your chats could not be opened</source>
        <translation>聊天记录无法打开</translation>
    </message>
    <message>
        <source>Your chats are being looked at</source>
        <translation>正在检查聊天记录</translation>
    </message>
    <message>
        <source>not kept</source>
        <translation>不保存</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>The archive is empty</source>
        <translation>归档为空</translation>
    </message>
    <message>
        <source>No chats here</source>
        <translation>这里没有对话</translation>
    </message>
    <message numerus="yes">
        <source>The first %n found</source>
        <translation>
            <numerusform>最先找到的 %n 条</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Folder, %n chats, closed</source>
        <translation>
            <numerusform>文件夹，%n 个对话，已折叠</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Folder, %n chats, open</source>
        <translation>
            <numerusform>文件夹，%n 个对话，已展开</numerusform>
        </translation>
    </message>
    <message>
        <source>Folder: %1</source>
        <translation>文件夹：%1</translation>
    </message>
    <message>
        <source>Tags: %1</source>
        <translation>标签：%1</translation>
    </message>
</context>
<context>
    <name>dsm::ConversationMenu</name>
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
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Out of the archive</source>
        <translation>移出归档</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>归档</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>In no folder</source>
        <translation>不在文件夹中</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>新建文件夹…</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>New tag…</source>
        <translation>新建标签…</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>Name of the folder:</source>
        <translation>文件夹名称：</translation>
    </message>
    <message>
        <source>Put the chat in it</source>
        <translation>把对话放入其中</translation>
    </message>
    <message>
        <source>New tag</source>
        <translation>新建标签</translation>
    </message>
    <message>
        <source>Name of the tag:</source>
        <translation>标签名称：</translation>
    </message>
    <message>
        <source>Give it to the chat</source>
        <translation>加到对话上</translation>
    </message>
</context>
<context>
    <name>dsm::ConversionService</name>
    <message>
        <source>%1 cannot be deleted (%2). Check the permissions of its folder, then discard it again.</source>
        <translation>无法删除 %1（%2）。请检查其所在文件夹的权限，然后再次丢弃。</translation>
    </message>
</context>
<context>
    <name>dsm::DataColumnsCard</name>
    <message>
        <source>Choose a column</source>
        <translation>选择一列</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>What belongs to the question</source>
        <translation>问题的附加内容</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>System text of its own</source>
        <translation>自带的系统文本</translation>
    </message>
    <message>
        <source>Earlier turns</source>
        <translation>之前的轮次</translation>
    </message>
    <message>
        <source>How a row is read</source>
        <translation>如何读取每一行</translation>
    </message>
    <message>
        <source>Each row is</source>
        <translation>每一行是</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>System text</source>
        <translation>系统文本</translation>
    </message>
    <message>
        <source>None. What is written here stands before each conversation that has no system text of its own.</source>
        <translation>无。在这里写下的内容会放在每段没有自己的系统文本的对话之前。</translation>
    </message>
    <message>
        <source>System text of rows without one</source>
        <translation>没有系统文本的行所用的系统文本</translation>
    </message>
    <message>
        <source>a question and its answer</source>
        <translation>一个问题及其回答</translation>
    </message>
    <message>
        <source>a conversation</source>
        <translation>一段对话</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>一段文本</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>The authors&apos; script</source>
        <translation>作者的脚本</translation>
    </message>
    <message>
        <source>Raw text</source>
        <translation>原始文本</translation>
    </message>
    <message>
        <source>Column: %1</source>
        <translation>列：%1</translation>
    </message>
    <message>
        <source>As the Chat model was trained: the question is read, the answer is learned, and where it ends, too.</source>
        <translation>与 Chat 模型的训练方式相同：只读取问题，学习回答以及回答在哪里结束。</translation>
    </message>
    <message>
        <source>As the script of the model&apos;s authors does: one question and one answer. The end is not learned.</source>
        <translation>与模型作者的脚本相同：一个问题和一个回答。不学习在哪里结束。</translation>
    </message>
    <message>
        <source>The text as it stands, without speakers: all of a text is learned, of a pair the answer.</source>
        <translation>文本保持原样，不加说话者：学习整段文本；若为问答，则学习回答。</translation>
    </message>
    <message>
        <source>This was found out from the file. The rows further down show what it makes of them: what is in the wrong place there is put right here.</source>
        <translation>这些是从文件中识别出来的。下方的各行显示了读取的结果：如有放错的内容，请在这里更正。</translation>
    </message>
    <message>
        <source>The names of the columns do not say what is in them. Choose what a row is, and the column of each part.</source>
        <translation>从列名看不出各列的内容。请选择每一行是什么，以及各部分所在的列。</translation>
    </message>
    <message>
        <source>Rows that hold a conversation are read as one, the others as a question and its answer.</source>
        <translation>含有对话的行按对话读取，其余行按一问一答读取。</translation>
    </message>
</context>
<context>
    <name>dsm::DataExampleView</name>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>更改 %1</translation>
    </message>
    <message>
        <source>Leave %1 out</source>
        <translation>排除 %1</translation>
    </message>
    <message numerus="yes">
        <source>%1 · %Ln token(s)</source>
        <translation>
            <numerusform>%1 · %Ln 个词元</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> … and %Ln more letter(s)</source>
        <translation>
            <numerusform> … 另有 %Ln 个字符</numerusform>
        </translation>
    </message>
    <message>
        <source>Learned: %1 </source>
        <translation>学习：%1 </translation>
    </message>
    <message>
        <source>What the loss is of: %1 </source>
        <translation>计入损失：%1 </translation>
    </message>
</context>
<context>
    <name>dsm::DataFilesCard</name>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Leave %1 out</source>
        <translation>移除 %1</translation>
    </message>
    <message>
        <source>What shall the model learn from?</source>
        <translation>模型应当从什么内容学习？</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>添加文件…</translation>
    </message>
    <message>
        <source>Use my conversations…</source>
        <translation>使用我的对话…</translation>
    </message>
    <message>
        <source>The simplest is a table with a question and its answer in each row, saved as CSV. Fifty rows already teach something; good rows matter more than many.</source>
        <translation>最简单的是一张表格：每行一个问题和它的回答，存为 CSV。五十行就能学到东西；质量比数量更重要。</translation>
    </message>
    <message>
        <source>It has the columns %1, but no “%2”, which the rows are read from. All files are read by the same names: rename its columns as in the others, or train on it alone.</source>
        <translation>它有 %1 这些列，但没有读取各行所需的“%2”列。所有文件都按相同的列名读取：请将其列名改成与其他文件一致，或只用它来训练。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Files of questions and answers, of conversations or of texts: JSON Lines, JSON, CSV or Parquet. Drop them here, or choose them. Several are read one after the other, by the same names of columns; the files are never changed.</source>
        <translation>问答、对话或文本的文件：JSON Lines、JSON、CSV 或 Parquet。可拖放到这里，或选择文件。多个文件会按相同的列名依次读取；文件本身不会被更改。</translation>
    </message>
</context>
<context>
    <name>dsm::DataFindingsCard</name>
    <message>
        <source>These are the first %L1 rows; the others are being read.</source>
        <translation>这些是前 %L1 行；其余的正在读取。</translation>
    </message>
    <message>
        <source>The rows are being read.</source>
        <translation>正在读取各行。</translation>
    </message>
    <message>
        <source>Only the first %L1 rows were read.</source>
        <translation>只读取了前 %L1 行。</translation>
    </message>
    <message>
        <source>Rows read</source>
        <translation>已读取的行</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>half of the rows have at most %L1 tokens, the longest has %L2</source>
        <translation>一半的行不超过 %L1 个词元，最长的有 %L2 个</translation>
    </message>
    <message>
        <source>Put aside for evaluation</source>
        <translation>留作评估</translation>
    </message>
    <message>
        <source>%1 like %2</source>
        <translation>%1 与 %2 相同</translation>
    </message>
    <message>
        <source>The template and the end of an answer are those that the model was trained with.</source>
        <translation>模板和回答的结尾与模型训练时一致。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) are left out.</source>
        <translation>
            <numerusform>有 %Ln 行被排除。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) cannot be used:</source>
        <translation>
            <numerusform>有 %Ln 行无法使用：</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more.</source>
        <translation>
            <numerusform>另有 %Ln 行。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) are nearly equal to an earlier one.</source>
        <translation>
            <numerusform>有 %Ln 行与之前的某一行几乎相同。</numerusform>
        </translation>
    </message>
    <message>
        <source>Nearly equal rows were sought among the first %L1.</source>
        <translation>仅在前 %L1 行中查找了几乎相同的行。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>停止读取</translation>
    </message>
    <message>
        <source>Read all rows</source>
        <translation>读取所有行</translation>
    </message>
    <message>
        <source>Save the unusable rows…</source>
        <translation>保存无法使用的行…</translation>
    </message>
    <message>
        <source>Use the template of a chat</source>
        <translation>使用对话模板</translation>
    </message>
    <message>
        <source>Share of the data that is read</source>
        <translation>已读取数据的比例</translation>
    </message>
    <message>
        <source>Show all unusable rows</source>
        <translation>显示所有无法使用的行</translation>
    </message>
    <message>
        <source>Changed and left-out rows…</source>
        <translation>改过的和排除的行…</translation>
    </message>
    <message>
        <source>Rows that are read as you changed them: %L1.</source>
        <translation>按您的更改读取的行数：%L1。</translation>
    </message>
    <message>
        <source>Learned from</source>
        <translation>用于学习的行</translation>
    </message>
    <message>
        <source>%L1, of which %L2 are learned (%L3 %)</source>
        <translation>%L1 个，其中学习 %L2 个（%L3 %）</translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) say the same as an earlier one, and are learned twice.</source>
        <translation>
            <numerusform>有 %Ln 行与之前的某一行完全相同，会被重复学习。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) spell a special token, which is learned as plain text. Take it out of the data.</source>
        <translation>
            <numerusform>有 %Ln 行写出了特殊词元，它会被当作普通文本学习。请将其从数据中删除。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) have earlier turns; their answers are learned, too.</source>
        <translation>
            <numerusform>有 %Ln 行带有之前的轮次；其中的回答也会学习。</numerusform>
        </translation>
    </message>
    <message>
        <source>What would be learned</source>
        <translation>将会学到什么</translation>
    </message>
    <message>
        <source>Show and change…</source>
        <translation>显示并更改…</translation>
    </message>
    <message>
        <source>Columns that are not used: %1.</source>
        <translation>未使用的列：%1。</translation>
    </message>
</context>
<context>
    <name>dsm::DataLengthCard</name>
    <message numerus="yes">
        <source>%Ln row(s) have nothing left to learn and are left out.</source>
        <translation>
            <numerusform>有 %Ln 行没有剩下可学的内容，会被排除。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) lose their end, and with it the lesson where to stop;</source>
        <translation>
            <numerusform>有 %Ln 行失去结尾，也就学不到在哪里停止；</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them inside an answer.</source>
        <translation>
            <numerusform>其中 %Ln 行在回答中间被截断。</numerusform>
        </translation>
    </message>
    <message>
        <source>The model was made for %L1 tokens at most.</source>
        <translation>该模型最多支持 %L1 个词元。</translation>
    </message>
    <message>
        <source>Keep 99 % whole: %L1 tokens</source>
        <translation>保留 99 % 的行完整：%L1 个词元</translation>
    </message>
    <message>
        <source>Keep all whole: %L1 tokens</source>
        <translation>保留所有行完整：%L1 个词元</translation>
    </message>
    <message>
        <source>How long may a row be?</source>
        <translation>一行最多可以有多长？</translation>
    </message>
    <message>
        <source>Each bar is so many rows of one length, in tokens: pieces of words. A row longer than the maximum loses its end. Longer rows take more memory and time. Drag the line, or move it with the arrow keys.</source>
        <translation>每根柱子表示某一长度的行数，长度以词元（单词的片段）计。超过最大长度的行会失去结尾。行越长，所需的内存和时间越多。可以拖动竖线，或用方向键移动。</translation>
    </message>
    <message>
        <source>Maximum length</source>
        <translation>最大长度</translation>
    </message>
    <message>
        <source>Maximum length in tokens</source>
        <translation>最大长度（词元）</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>at most %L1 tokens</source>
        <translation>最多 %L1 个词元</translation>
    </message>
    <message>
        <source>Lengths of the rows, and the maximum length in tokens</source>
        <translation>各行的长度，以及以词元计的最大长度</translation>
    </message>
    <message>
        <source>Every row is learned whole.</source>
        <translation>每一行都完整学习。</translation>
    </message>
    <message>
        <source>at most %L1 tokens: more than any row has</source>
        <translation>最多 %L1 个词元：超过任何一行的长度</translation>
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
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>dsm::DataPage</name>
    <message>
        <source>Add a file of examples.</source>
        <translation>请添加一个示例文件。</translation>
    </message>
    <message>
        <source>%1 cannot be read. Take it out, or repair it.</source>
        <translation>无法读取 %1。请将其移除或修复。</translation>
    </message>
    <message>
        <source>Choose a model, whose tokens are counted.</source>
        <translation>请选择一个用于计算词元的模型。</translation>
    </message>
    <message>
        <source>The examples cannot be used as they are.</source>
        <translation>这些示例目前无法使用。</translation>
    </message>
    <message>
        <source>The examples are being read.</source>
        <translation>正在读取示例。</translation>
    </message>
    <message>
        <source>At this maximum length no row has anything left to learn.</source>
        <translation>在此最大长度下，没有任何行剩下可学的内容。</translation>
    </message>
    <message>
        <source>Files of examples</source>
        <translation>示例文件</translation>
    </message>
    <message>
        <source>Examples (*.jsonl *.ndjson *.json *.csv *.tsv *.parquet)</source>
        <translation>示例 (*.jsonl *.ndjson *.json *.csv *.tsv *.parquet)</translation>
    </message>
    <message>
        <source>Save the unusable rows</source>
        <translation>保存无法使用的行</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln conversation(s)</source>
        <translation>
            <numerusform>已将 %Ln 段对话</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>with %Ln answer(s) were copied into %1. Nothing else left the history.</source>
        <translation>
            <numerusform>（含 %Ln 个回答）复制到 %1。其他内容没有离开聊天记录。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln without a whole answer were left out.</source>
        <translation>
            <numerusform>有 %Ln 段没有完整回答的对话被排除。</numerusform>
        </translation>
    </message>
    <message>
        <source>Question and answer are the same column. Choose another for one of them.</source>
        <translation>问题和回答是同一列。请为其中一个选择另一列。</translation>
    </message>
    <message>
        <source>%1 has no column “%2”. Take it out, or name its columns like the others&apos;.</source>
        <translation>%1 没有“%2”列。请移除该文件，或使其列名与其他文件相同。</translation>
    </message>
    <message>
        <source>Choose the column of this part: %1.</source>
        <translation>请选择此部分对应的列：%1。</translation>
    </message>
</context>
<context>
    <name>dsm::DataRowDialog</name>
    <message>
        <source>Change a row</source>
        <translation>更改一行</translation>
    </message>
    <message>
        <source>The change is kept beside %1, in a file of its own; %1 itself stays as it is.</source>
        <translation>更改保存在 %1 旁边的单独文件中；%1 本身保持不变。</translation>
    </message>
    <message>
        <source>%1 (as JSON)</source>
        <translation>%1（JSON 格式）</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Keep the change</source>
        <translation>保存更改</translation>
    </message>
</context>
<context>
    <name>dsm::DataRowsCard</name>
    <message>
        <source>%L1 to %L2 of %L3</source>
        <translation>第 %L1 至 %L2 行，共 %L3 行</translation>
    </message>
    <message>
        <source>The rows as the model gets them</source>
        <translation>模型看到的各行</translation>
    </message>
    <message>
        <source>What is marked is what the model learns to write; the rest it only reads. What is struck out is cut off by the maximum length.</source>
        <translation>带底色的是模型学习书写的内容；其余内容只读取。划掉的内容被最大长度截断。</translation>
    </message>
    <message>
        <source>Earlier rows</source>
        <translation>前面的行</translation>
    </message>
    <message>
        <source>Later rows</source>
        <translation>后面的行</translation>
    </message>
    <message>
        <source>Go to row</source>
        <translation>转到某行</translation>
    </message>
    <message>
        <source>Go to the row of this number</source>
        <translation>转到该序号的行</translation>
    </message>
</context>
<context>
    <name>dsm::DocumentFile</name>
    <message>
        <source>%1 was not attached: %2</source>
        <translation>未附加 %1：%2</translation>
    </message>
    <message>
        <source>PDF files are read with %1, which is not installed (package poppler-utils).</source>
        <translation>PDF 文件由 %1 读取，但它没有安装（软件包 poppler-utils）。</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>Reading it takes too long.</source>
        <translation>读取它用时太久。</translation>
    </message>
    <message>
        <source>The PDF is damaged or has a password.</source>
        <translation>这个 PDF 已损坏或有密码。</translation>
    </message>
    <message>
        <source>It holds no text, only pictures of pages.</source>
        <translation>里面没有文字，只有页面的图片。</translation>
    </message>
    <message>
        <source>There is no such file.</source>
        <translation>没有这个文件。</translation>
    </message>
    <message>
        <source>It is no file with text.</source>
        <translation>这不是含有文字的文件。</translation>
    </message>
    <message>
        <source>The file is too large.</source>
        <translation>文件太大。</translation>
    </message>
    <message>
        <source>It is no text in UTF-8 or UTF-16, and no PDF.</source>
        <translation>它不是 UTF-8 或 UTF-16 的文本，也不是 PDF。</translation>
    </message>
    <message>
        <source>It is empty.</source>
        <translation>它是空的。</translation>
    </message>
    <message>
        <source>Its text is too long: %1 characters at most are read. Attach a part of it.</source>
        <translation>文本太长：最多读取 %1 个字符。请只附上其中一部分。</translation>
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
        <source>For models that ask for one: of the source chosen among the models; kept in the system&apos;s keyring and sent to that source alone</source>
        <translation>用于需要令牌的模型：属于模型页面上所选的来源；保存在系统密钥环中，只发送给该来源</translation>
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
    <name>dsm::Drafts</name>
    <message>
        <source>What you are writing cannot be kept in %1: %2. Send it, or free space.</source>
        <translation>您正在写的内容无法保存在 %1：%2。请先发送，或释放磁盘空间。</translation>
    </message>
</context>
<context>
    <name>dsm::ElsewhereCard</name>
    <message>
        <source>Where shall the folder go?</source>
        <translation>文件夹放在哪里？</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>The examples go with it: choose them in step 1.</source>
        <translation>样例会一起导出：请先在第 1 步选择。</translation>
    </message>
    <message>
        <source>%1 examples are in %2. Copy the folder to the other machine and type there:</source>
        <translation>%1 个样例位于 %2。将该文件夹复制到另一台机器，并在那里输入：</translation>
    </message>
    <message>
        <source>Elsewhere</source>
        <translation>在别处训练</translation>
    </message>
    <message>
        <source>Exports these settings and examples for a machine with several GPUs, with DeepSpeed. What is chosen in step 3 does not run there.</source>
        <translation>将这些设置和样例导出到有多个 GPU 的机器，使用 DeepSpeed。第 3 步的选择在那里不执行。</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>GPUs of each</source>
        <translation>每台的 GPU</translation>
    </message>
    <message>
        <source>When it is done, copy the folder that it wrote back to this computer and choose it at “Runs”, “Add one from elsewhere…”: it is shown, tried and kept like a run of your own.</source>
        <translation>完成后，将其写出的文件夹复制回这台电脑，并在“训练记录”的“添加别处的训练…”中选择它：它会像您自己的训练一样显示、试用和保留。</translation>
    </message>
</context>
<context>
    <name>dsm::EngineCard</name>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Replies are written by this model.</source>
        <translation>由这个模型撰写回复。</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>What you write to it leaves this computer.</source>
        <translation>您写给它的内容会离开这台电脑。</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1，位于 %2</translation>
    </message>
    <message>
        <source>Context of %1 tokens</source>
        <translation>上下文 %1 个词元</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>正在询问…</translation>
    </message>
    <message>
        <source>Answers in %1 ms</source>
        <translation>%1 毫秒内应答</translation>
    </message>
    <message>
        <source>It does not take: %1</source>
        <translation>它不接受：%1</translation>
    </message>
    <message>
        <source>Its key is kept in a file that only you can read.</source>
        <translation>它的密钥保存在只有您能读取的文件中。</translation>
    </message>
    <message>
        <source>Try</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Try %1</source>
        <translation>测试 %1</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Chat with %1</source>
        <translation>与 %1 对话</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>使用 %1</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>关于 %1 的更多操作</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>从列表中移除</translation>
    </message>
</context>
<context>
    <name>dsm::EngineDialog</name>
    <message>
        <source>Try</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>A model at an address</source>
        <translation>网络地址上的模型</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>更改 %1</translation>
    </message>
    <message>
        <source>Any server that speaks OpenAI&apos;s language: vLLM, SGLang, TGI, llama.cpp, Ollama or this program&apos;s own. What you write to it leaves this computer.</source>
        <translation>任何支持 OpenAI 接口的服务器：vLLM、SGLang、TGI、llama.cpp、Ollama，或本程序自己的服务器。您写给它的内容会离开这台电脑。</translation>
    </message>
    <message>
        <source>Where the server asks for one</source>
        <translation>服务器要求时填写</translation>
    </message>
    <message>
        <source>Empty: the kept one stays</source>
        <translation>留空则沿用已保存的密钥</translation>
    </message>
    <message>
        <source>Try lists them</source>
        <translation>点“测试”可列出</translation>
    </message>
    <message>
        <source>As the model is called there</source>
        <translation>默认用模型在那里的名称</translation>
    </message>
    <message>
        <source>Without a keyring, keep the key in a file that only I can read</source>
        <translation>没有密钥环时，把密钥保存在只有我能读取的文件中</translation>
    </message>
    <message>
        <source>Else it is kept until the program ends.</source>
        <translation>否则只保留到程序结束。</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Over http a key could be read on the way, so it is not sent. Enter the address with https, or reach the server through a tunnel at localhost.</source>
        <translation>通过 http 传送的密钥可能在途中被读取，因此不会发送。请用 https 输入地址，或通过 localhost 上的隧道访问服务器。</translation>
    </message>
    <message>
        <source>This is no address of a server. It looks like http://localhost:8000/v1.</source>
        <translation>这不是服务器地址。地址形如 http://localhost:8000/v1。</translation>
    </message>
    <message>
        <source>Asking %1…</source>
        <translation>正在询问 %1…</translation>
    </message>
    <message numerus="yes">
        <source>It answers in %1 ms and has %n models.</source>
        <translation>
            <numerusform>它在 %1 毫秒内应答，有 %n 个模型。</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no room for more addresses. Remove one first.</source>
        <translation>地址已满。请先移除一个。</translation>
    </message>
</context>
<context>
    <name>dsm::EngineLease</name>
    <message>
        <source>The model is loading or writing. Training begins when it is done.</source>
        <translation>模型正在加载或写作，完成后开始训练。</translation>
    </message>
    <message>
        <source>A training run or an evaluation uses the computer. Pause it to chat, or wait until it has finished.</source>
        <translation>训练或评估正在使用这台电脑。请暂停它再聊天，或等它完成。</translation>
    </message>
</context>
<context>
    <name>dsm::EnginesSection</name>
    <message>
        <source>“%1” was removed from the list</source>
        <translation>“%1”已从列表中移除</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Models at an address</source>
        <translation>网络地址上的模型</translation>
    </message>
    <message>
        <source>A server of your department, or another program on this computer, can write the replies: anything that speaks OpenAI&apos;s language.</source>
        <translation>可以由您部门的服务器或这台电脑上的其他程序撰写回复：只要支持 OpenAI 的接口。</translation>
    </message>
    <message>
        <source>Add an address…</source>
        <translation>添加地址…</translation>
    </message>
    <message>
        <source>Add a model at an address</source>
        <translation>添加网络地址上的模型</translation>
    </message>
</context>
<context>
    <name>dsm::EvaluationCard</name>
    <message>
        <source>The result cannot be kept: %1</source>
        <translation>结果无法保存：%1</translation>
    </message>
    <message>
        <source>Another file…</source>
        <translation>其他文件…</translation>
    </message>
    <message>
        <source>A file of examples</source>
        <translation>示例文件</translation>
    </message>
    <message>
        <source>Examples (*.jsonl *.json *.csv *.tsv *.parquet);;All files (*)</source>
        <translation>示例 (*.jsonl *.json *.csv *.tsv *.parquet);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>The model reads the examples…</source>
        <translation>模型正在读取示例…</translation>
    </message>
    <message>
        <source>Opening the model…</source>
        <translation>正在打开模型…</translation>
    </message>
    <message>
        <source>Reading the examples…</source>
        <translation>正在读取样例…</translation>
    </message>
    <message>
        <source>%1, put aside</source>
        <translation>%1（留出部分）</translation>
    </message>
    <message>
        <source>%1 of %2 (%3 %)</source>
        <translation>%1 / %2（%3 %）</translation>
    </message>
    <message>
        <source>On</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行数</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>Exact answers</source>
        <translation>完全一致的回答</translation>
    </message>
    <message>
        <source>The examples</source>
        <translation>示例</translation>
    </message>
</context>
<context>
    <name>dsm::EvaluationService</name>
    <message>
        <source>The model is loading or writing. Evaluate when it is done.</source>
        <translation>模型正在加载或回答，请等它完成后再评估。</translation>
    </message>
    <message>
        <source>A training run or another evaluation uses the computer. Pause it, or wait until it has finished.</source>
        <translation>训练或另一项评估正在使用这台电脑。请暂停它，或等它完成。</translation>
    </message>
    <message>
        <source>There is not enough memory. Close other programs, or unload the model of the chat.</source>
        <translation>内存不足。请关闭其他程序，或卸载聊天所用的模型。</translation>
    </message>
</context>
<context>
    <name>dsm::EvaluationsCard</name>
    <message>
        <source>The evaluation files of the run</source>
        <translation>本次训练的评估文件</translation>
    </message>
    <message>
        <source>What the run put aside to evaluate with</source>
        <translation>本次训练留出用于评估的部分</translation>
    </message>
    <message>
        <source>What it was trained on: %1</source>
        <translation>训练所用的数据：%1</translation>
    </message>
    <message>
        <source>While the run learns, the computer is not free for this.</source>
        <translation>训练进行时，电脑无暇进行评估。</translation>
    </message>
    <message>
        <source>What</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Evaluate on a file</source>
        <translation>用文件评估</translation>
    </message>
    <message>
        <source>Loss and perplexity say how much the answers of the file surprise the model; an answer is exact where the model, always taking its likeliest word, writes it to the letter.</source>
        <translation>损失和困惑度表示文件中的回答让模型有多意外；如果模型每次都取最可能的词，写出的内容与回答一字不差，该回答即为完全一致。</translation>
    </message>
    <message>
        <source>What is evaluated</source>
        <translation>评估对象</translation>
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
    <name>dsm::ExportCard</name>
    <message>
        <source>Where shall the folder go?</source>
        <translation>文件夹放在哪里？</translation>
    </message>
    <message>
        <source>It is kept as “%1”: choose it in the chat&apos;s menu of adapters.</source>
        <translation>已保留为“%1”：可在聊天的适配器菜单中选择。</translation>
    </message>
    <message>
        <source>Exported to %1.</source>
        <translation>已导出到 %1。</translation>
    </message>
    <message>
        <source>Stopped. Nothing is left of it.</source>
        <translation>已停止，没有留下任何内容。</translation>
    </message>
    <message>
        <source>The adapter (for PEFT and this program)</source>
        <translation>适配器（用于 PEFT 和本程序）</translation>
    </message>
    <message>
        <source>The base with it worked in, in 16 bits</source>
        <translation>合并后的模型，16 位</translation>
    </message>
    <message>
        <source>The same, converted: %1</source>
        <translation>合并后再转换：%1</translation>
    </message>
    <message>
        <source>The disk is looked at…</source>
        <translation>正在查看磁盘…</translation>
    </message>
    <message>
        <source>Takes %1.</source>
        <translation>占用 %1。</translation>
    </message>
    <message>
        <source>Takes %1 of the %2 that are free there.</source>
        <translation>占用 %1，那里有 %2 可用。</translation>
    </message>
    <message>
        <source>While it is made it needs %1.</source>
        <translation>导出过程中需要 %1。</translation>
    </message>
    <message>
        <source>It will take about %1, by the speed of this disk.</source>
        <translation>按此磁盘的速度，大约需要 %1。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Goes to %1</source>
        <translation>导出到 %1</translation>
    </message>
    <message>
        <source>It stands under its name when it is whole.</source>
        <translation>完整之后才会以该名称出现。</translation>
    </message>
    <message>
        <source>Another export is under way.</source>
        <translation>另一项导出正在进行。</translation>
    </message>
    <message>
        <source>Take it with you</source>
        <translation>导出结果</translation>
    </message>
    <message>
        <source>The adapter alone is small and needs its base model. Worked into the base it is a model like any other, for this program and for others.</source>
        <translation>单独的适配器很小，需要配合基础模型使用。合并到基础模型后，它就和其他模型一样，可用于本程序和其他程序。</translation>
    </message>
    <message>
        <source>What is exported</source>
        <translation>导出对象</translation>
    </message>
    <message>
        <source>As</source>
        <translation>形式</translation>
    </message>
    <message>
        <source>In which form</source>
        <translation>导出形式</translation>
    </message>
    <message>
        <source>Elsewhere…</source>
        <translation>其他位置…</translation>
    </message>
    <message>
        <source>Chooses the folder that the export goes to</source>
        <translation>选择导出到哪个文件夹</translation>
    </message>
    <message>
        <source>Keep it…</source>
        <translation>保留…</translation>
    </message>
    <message>
        <source>Copies it to the chat&apos;s menu of adapters, under a name of its own</source>
        <translation>以单独的名称复制到聊天的适配器菜单</translation>
    </message>
    <message>
        <source>It is a model like any other, for this program and for others.</source>
        <translation>它与其他模型一样，可用于本程序和其他程序。</translation>
    </message>
    <message>
        <source>Copies it to your models, under a name of its own</source>
        <translation>以单独的名称复制到你的模型中</translation>
    </message>
    <message>
        <source>The model in 16 bits</source>
        <translation>16 位的模型</translation>
    </message>
    <message>
        <source>It is kept as “%1”: choose it among your models.</source>
        <translation>已保存为“%1”：可在你的模型中选择它。</translation>
    </message>
</context>
<context>
    <name>dsm::ExportDialog</name>
    <message>
        <source>Check all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Check none</source>
        <translation>全不选</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Export chats</source>
        <translation>导出对话</translation>
    </message>
    <message>
        <source>Words of the chats</source>
        <translation>对话中的文字</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>JSON, can be imported again</source>
        <translation>JSON，可重新导入</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>HTML</source>
        <translation>HTML</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>%1 chats to go…</source>
        <translation>还剩 %1 个对话…</translation>
    </message>
    <message numerus="yes">
        <source>%n chats were written to %1.</source>
        <translation>
            <numerusform>已将 %n 个对话写入 %1。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Export %n chats…</source>
        <translation>
            <numerusform>导出 %n 个对话…</numerusform>
        </translation>
    </message>
    <message>
        <source>They become one file.</source>
        <translation>写成一个文件。</translation>
    </message>
    <message>
        <source>Each becomes a file of its own, in a folder.</source>
        <translation>每个对话写成文件夹中的一个文件。</translation>
    </message>
    <message>
        <source>Chats of DeepSeekMoE</source>
        <translation>DeepSeekMoE 的对话</translation>
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
    <name>dsm::FilesDialog</name>
    <message>
        <source>Files of this message</source>
        <translation>这条消息的文件</translation>
    </message>
    <message>
        <source>Text of the file</source>
        <translation>文件的文字</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>What the model read is marked.</source>
        <translation>标出的是模型读到的内容。</translation>
    </message>
</context>
<context>
    <name>dsm::FindBar</name>
    <message>
        <source>Find in this chat</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>Previous message with the words</source>
        <translation>上一条含有这些文字的消息</translation>
    </message>
    <message>
        <source>Next message with the words</source>
        <translation>下一条含有这些文字的消息</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>关闭查找</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>未找到</translation>
    </message>
    <message numerus="yes">
        <source>%n times, in message %1 of %2</source>
        <translation>
            <numerusform>共 %n 处，第 %1/%2 条消息</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::FinetunePage</name>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Fine-tuning</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>新训练</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>训练记录</translation>
    </message>
    <message>
        <source>Runs (%1)</source>
        <translation>训练记录（%1）</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>高级</translation>
    </message>
    <message>
        <source>Every setting of the run</source>
        <translation>训练的全部设置</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Model and method</source>
        <translation>模型与方法</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检验</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Show the sidebar</source>
        <translation>显示侧边栏</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>What was prepared is cleared away; files and runs stay.</source>
        <translation>准备的内容已清空；文件和训练都还在。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Begin afresh</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Clears away what was chosen in all steps. It can be undone.</source>
        <translation>清空所有步骤中的选择，可以撤销。</translation>
    </message>
</context>
<context>
    <name>dsm::FirstBatchCard</name>
    <message>
        <source>Of its %1 examples the first %2 are kept.</source>
        <translation>共 %1 个示例，保留了前 %2 个。</translation>
    </message>
    <message>
        <source>The first batch, as it was fed</source>
        <translation>实际送入的第一批</translation>
    </message>
    <message numerus="yes">
        <source>Show all %Ln example(s)</source>
        <translation>
            <numerusform>显示全部 %Ln 个示例</numerusform>
        </translation>
    </message>
    <message>
        <source>What the first step really read, special tokens included; what is marked is what it learned from.</source>
        <translation>第一步实际读取的内容，包括特殊词元；标出的是用于学习的部分。</translation>
    </message>
    <message>
        <source>Example %1 · %2 tokens, %3 of them learned</source>
        <translation>示例 %1 · %2 个词元，其中学习 %3 个</translation>
    </message>
    <message>
        <source>Example %1, part %4 of %5 · %2 tokens, %3 of them learned</source>
        <translation>示例 %1，第 %4 / %5 部分 · %2 个词元，其中学习 %3 个</translation>
    </message>
</context>
<context>
    <name>dsm::FolderMenu</name>
    <message>
        <source>Show this folder alone</source>
        <translation>只显示此文件夹</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Take all chats out of it</source>
        <translation>把所有对话移出</translation>
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
        <source>A copy goes into the program&apos;s own folder and needs %1 of the %2 that are free there.</source>
        <translation>副本放在程序自己的文件夹中，需要 %1，那里可用 %2。</translation>
    </message>
</context>
<context>
    <name>dsm::JobField</name>
    <message>
        <source>Back to %1, as the preset has it</source>
        <translation>恢复为预设的 %1</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开启</translation>
    </message>
</context>
<context>
    <name>dsm::KeepDialog</name>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>A copy of the adapter stays in the chat&apos;s menu of adapters, whatever becomes of the run.</source>
        <translation>适配器的副本会留在聊天的适配器菜单中，无论这次训练之后如何。</translation>
    </message>
    <message>
        <source>Its name:</source>
        <translation>名称：</translation>
    </message>
    <message>
        <source>A note, shown beside it there:</source>
        <translation>备注（显示在菜单中）：</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>There is something of this name already.</source>
        <translation>已有同名的内容。</translation>
    </message>
    <message>
        <source>A copy of the model in 16 bits stays among your models, whatever becomes of the run.</source>
        <translation>16 位模型的副本会留在你的模型中，不受此次训练后续变化的影响。</translation>
    </message>
</context>
<context>
    <name>dsm::KeyringTokenStore</name>
    <message>
        <source>The system&apos;s keyring does not answer (%1).</source>
        <translation>系统的密钥环没有回应（%1）。</translation>
    </message>
    <message>
        <source>The system&apos;s keyring cannot be used (%1). The token is kept until the program ends; start a keyring such as GNOME Keyring or KWallet to keep it longer.</source>
        <translation>无法使用系统的密钥环（%1）。令牌会保留到程序结束；如需保留更久，请启动 GNOME Keyring 或 KWallet 等密钥环。</translation>
    </message>
</context>
<context>
    <name>dsm::LengthHistogram</name>
    <message>
        <source>over %L1</source>
        <translation>超过 %L1</translation>
    </message>
    <message>
        <source>over %L1: %2</source>
        <translation>超过 %L1：%2</translation>
    </message>
    <message>
        <source>%L1 to %L2: %3</source>
        <translation>%L1 至 %L2：%3</translation>
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
    <name>dsm::ListHeader</name>
    <message>
        <source>Trash…</source>
        <translation>回收站…</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>导入对话…</translation>
    </message>
    <message>
        <source>Export chats…</source>
        <translation>导出对话…</translation>
    </message>
    <message>
        <source>All chats</source>
        <translation>全部对话</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>归档</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Rename this folder…</source>
        <translation>重命名此文件夹…</translation>
    </message>
    <message>
        <source>Rename the folder</source>
        <translation>重命名文件夹</translation>
    </message>
    <message>
        <source>Rename this tag…</source>
        <translation>重命名此标签…</translation>
    </message>
    <message>
        <source>Rename the tag</source>
        <translation>重命名标签</translation>
    </message>
    <message>
        <source>Take this tag from all chats</source>
        <translation>从所有对话移除此标签</translation>
    </message>
    <message>
        <source>New name:</source>
        <translation>新名称：</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>排序方式</translation>
    </message>
    <message>
        <source>Last change</source>
        <translation>最近修改</translation>
    </message>
    <message>
        <source>Beginning</source>
        <translation>开始时间</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>No limits</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>任何时间</translation>
    </message>
    <message>
        <source>Today only</source>
        <translation>仅今天</translation>
    </message>
    <message>
        <source>The last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>The last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>The last year</source>
        <translation>最近一年</translation>
    </message>
    <message>
        <source>Found words were written by</source>
        <translation>找到的文字由谁所写</translation>
    </message>
    <message>
        <source>Anybody</source>
        <translation>任何人</translation>
    </message>
    <message>
        <source>Me</source>
        <translation>我</translation>
    </message>
    <message>
        <source>The model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Any model</source>
        <translation>任何模型</translation>
    </message>
    <message>
        <source>What is shown: %1</source>
        <translation>显示内容：%1</translation>
    </message>
    <message>
        <source>Folders, tags, archive and order</source>
        <translation>文件夹、标签、归档与排序</translation>
    </message>
    <message>
        <source>Limits are set: by time, writer or model</source>
        <translation>已设限制：时间、作者或模型</translation>
    </message>
    <message>
        <source>Limit by time, writer or model</source>
        <translation>按时间、作者或模型限制</translation>
    </message>
</context>
<context>
    <name>dsm::LongText</name>
    <message>
        <source>Long text</source>
        <translation>长文本</translation>
    </message>
</context>
<context>
    <name>dsm::MainWindow</name>
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
    <message>
        <source>All commands</source>
        <translation>全部命令</translation>
    </message>
    <message>
        <source>Search all chats</source>
        <translation>搜索全部对话</translation>
    </message>
    <message>
        <source>Show or hide the sidebar</source>
        <translation>显示或隐藏侧边栏</translation>
    </message>
    <message>
        <source>Back to the chat</source>
        <translation>回到对话</translation>
    </message>
    <message>
        <source>Fine-tuning</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>Open a model folder…</source>
        <translation>打开模型文件夹…</translation>
    </message>
    <message>
        <source>Unload the model</source>
        <translation>卸载模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Keyboard shortcuts…</source>
        <translation>键盘快捷键…</translation>
    </message>
    <message>
        <source>About this program</source>
        <translation>关于本程序</translation>
    </message>
    <message>
        <source>End the program</source>
        <translation>结束程序</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新建对话</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>新建临时对话</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>New chat from the chosen message</source>
        <translation>从所选消息新建对话</translation>
    </message>
    <message>
        <source>Settings of this chat…</source>
        <translation>此对话的设置…</translation>
    </message>
    <message>
        <source>Rename this chat</source>
        <translation>重命名此对话</translation>
    </message>
    <message>
        <source>Pin or unpin this chat</source>
        <translation>置顶或取消置顶此对话</translation>
    </message>
    <message>
        <source>Archive this chat</source>
        <translation>归档此对话</translation>
    </message>
    <message>
        <source>Delete this chat</source>
        <translation>删除此对话</translation>
    </message>
    <message>
        <source>Export this chat…</source>
        <translation>导出此对话…</translation>
    </message>
    <message>
        <source>Print this chat…</source>
        <translation>打印此对话…</translation>
    </message>
    <message>
        <source>Trash…</source>
        <translation>回收站…</translation>
    </message>
    <message>
        <source>Backups of your chats…</source>
        <translation>对话的备份…</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>导入对话…</translation>
    </message>
    <message>
        <source>Export chats…</source>
        <translation>导出对话…</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Chats are being imported already. Wait until that is done.</source>
        <translation>正在导入对话，请等待完成。</translation>
    </message>
    <message numerus="yes">
        <source>%n chats were imported.</source>
        <translation>
            <numerusform>导入了 %n 个对话。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n were there already and were passed over.</source>
        <translation>
            <numerusform>%n 个已经存在，已跳过。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hold no message.</source>
        <translation>
            <numerusform>%n 个没有消息。</numerusform>
        </translation>
    </message>
    <message>
        <source>“%1” is in the archive</source>
        <translation>“%1”已归档</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>更大的文字</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>更小的文字</translation>
    </message>
    <message>
        <source>Text of the usual size</source>
        <translation>通常大小的文字</translation>
    </message>
    <message>
        <source>Connections…</source>
        <translation>连接…</translation>
    </message>
    <message>
        <source>Prompts…</source>
        <translation>提示词…</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>New text</source>
        <translation>新建文本</translation>
    </message>
    <message>
        <source>Write on at the end of the text</source>
        <translation>在文本末尾续写</translation>
    </message>
    <message>
        <source>Write on at the cursor, in place of what is after it</source>
        <translation>在光标处续写，取代其后的内容</translation>
    </message>
    <message>
        <source>Stop writing at the text</source>
        <translation>停止续写文本</translation>
    </message>
    <message>
        <source>Show or hide the tokens of the text</source>
        <translation>显示或隐藏文本的词元</translation>
    </message>
    <message>
        <source>Show or hide the probabilities of the tokens</source>
        <translation>显示或隐藏词元的概率</translation>
    </message>
    <message>
        <source>Show or hide the likeliest next tokens</source>
        <translation>显示或隐藏最可能的下一个词元</translation>
    </message>
    <message>
        <source>Show or hide the sampling of the text</source>
        <translation>显示或隐藏文本的采样设置</translation>
    </message>
    <message>
        <source>Rename the text</source>
        <translation>重命名文本</translation>
    </message>
    <message>
        <source>Delete the text</source>
        <translation>删除文本</translation>
    </message>
    <message>
        <source>Quick question…</source>
        <translation>快速提问…</translation>
    </message>
    <message>
        <source>Branches of this chat…</source>
        <translation>此对话的分支…</translation>
    </message>
    <message>
        <source>Exports of chats (*.json *.chat *.zip);;All files (*)</source>
        <translation>对话导出文件 (*.json *.chat *.zip);;所有文件 (*)</translation>
    </message>
    <message>
        <source>What this model was trained from is not known, so it answers alone.</source>
        <translation>不知道这个模型由哪个模型训练而来，因此只有它自己回答。</translation>
    </message>
    <message>
        <source>Use %1?</source>
        <translation>使用 %1？</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Benchmarks</source>
        <translation>基准测试</translation>
    </message>
</context>
<context>
    <name>dsm::MemoryCard</name>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Does not fit</source>
        <translation>放不下</translation>
    </message>
    <message>
        <source>Tight</source>
        <translation>紧张</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>放得下</translation>
    </message>
    <message>
        <source>At most %1 of %2, of which %3 are free; %4 numbers learn.</source>
        <translation>最多占用 %2 中的 %1，其中 %3 空闲；%4 个数值参与学习。</translation>
    </message>
    <message>
        <source>%1 of %2, of which %3 are free; %4 numbers learn.</source>
        <translation>占用 %2 中的 %1，其中 %3 空闲；%4 个数值参与学习。</translation>
    </message>
    <message>
        <source>On the CPU</source>
        <translation>用 CPU</translation>
    </message>
    <message>
        <source>At most %1 of the %2 of %5, of which %3 are free; %4 numbers learn.</source>
        <translation>最多占用 %5 的 %2 中的 %1，其中 %3 空闲；%4 个数值参与学习。</translation>
    </message>
    <message>
        <source>%1 of the %2 of %5, of which %3 are free; %4 numbers learn.</source>
        <translation>占用 %5 的 %2 中的 %1，其中 %3 空闲；%4 个数值参与学习。</translation>
    </message>
    <message>
        <source>The CPU trains instead, in the memory of the computer.</source>
        <translation>改由 CPU 训练，使用电脑内存。</translation>
    </message>
    <message>
        <source>The CPU computes the experts of the last layers (%1 of %2), in %3 of the computer&apos;s memory.</source>
        <translation>最后若干层的专家由 CPU 计算（%2 层中的 %1 层），占用计算机内存 %3。</translation>
    </message>
    <message>
        <source>The optimizer&apos;s numbers lie in the computer&apos;s memory: %1.</source>
        <translation>优化器的数值放在计算机内存中：%1。</translation>
    </message>
    <message>
        <source>Batches are computed in pieces of at most %1 tokens, for which there is room; what a step learns from stays the same.</source>
        <translation>批次会分成至多 %1 个词元的小份来计算，这样放得下；每一步学习的内容不变。</translation>
    </message>
    <message>
        <source>Beside the GPU it takes at most %1 of the computer&apos;s memory.</source>
        <translation>除 GPU 外，最多占用 %1 电脑内存。</translation>
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
    <message>
        <source>Take “Good reply” back</source>
        <translation>收回“好回复”</translation>
    </message>
    <message>
        <source>Good reply</source>
        <translation>好回复</translation>
    </message>
    <message>
        <source>Take “Bad reply” back</source>
        <translation>收回“差回复”</translation>
    </message>
    <message>
        <source>Bad reply</source>
        <translation>差回复</translation>
    </message>
    <message>
        <source>Go on from here in a new chat</source>
        <translation>从这里在新对话中继续</translation>
    </message>
    <message>
        <source>Show what was read of the files</source>
        <translation>查看文件中读到的内容</translation>
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
    <message>
        <source>Edit the summary</source>
        <translation>编辑摘要</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
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
    <name>dsm::MessageSelection</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
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
    <name>dsm::MethodPage</name>
    <message>
        <source>Choose a base model</source>
        <translation>请选择基础模型</translation>
    </message>
    <message>
        <source>Correct the setting “%1”</source>
        <translation>请更正设置“%1”</translation>
    </message>
    <message>
        <source>What shall it learn?</source>
        <translation>要学习什么？</translation>
    </message>
    <message>
        <source>A preset is a beginning: every setting can be changed.</source>
        <translation>预设只是起点：每项设置都可以更改。</translation>
    </message>
    <message>
        <source>How thoroughly</source>
        <translation>学得多透</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>学习</translation>
    </message>
    <message>
        <source>Batches</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Checkpoints</source>
        <translation>检查点</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>电脑</translation>
    </message>
    <message>
        <source>How often the examples are gone through is fitted to their number, once they are chosen.</source>
        <translation>选好样例后，会按其数量设定学习的轮数。</translation>
    </message>
    <message>
        <source>Rate and epochs of the first two fit this model and the number of your examples, %1.</source>
        <translation>前两种预设的学习率和轮数已按此模型和您的样例数（%1）设定。</translation>
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
        <translation>关于 %1 的更多操作</translation>
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
    <name>dsm::ModelEvaluationCard</name>
    <message>
        <source>What “%1” made</source>
        <translation>“%1”训练出的模型</translation>
    </message>
    <message>
        <source>None: the model alone</source>
        <translation>无：仅模型本身</translation>
    </message>
    <message>
        <source>There is no model on this computer yet.</source>
        <translation>这台电脑上还没有模型。</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Evaluate a model on a file</source>
        <translation>用文件评估模型</translation>
    </message>
    <message>
        <source>Loss and perplexity say how much the answers of the file surprise the model; an answer is exact where the model, always taking its likeliest word, writes it to the letter. A file of a run, or of the one that you prepare, is read as that reads it; of another the columns are found out.</source>
        <translation>损失和困惑度表示文件中的回答让模型有多意外；如果模型每次都取最可能的词，写出的内容与回答一字不差，该回答即为完全一致。属于某次训练（或正在准备的训练）的文件按该训练的方式读取；其他文件的列会自动识别。</translation>
    </message>
</context>
<context>
    <name>dsm::ModelEvaluations</name>
    <message>
        <source>All runs</source>
        <translation>全部训练</translation>
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
    <message>
        <source>it ends early</source>
        <translation>文件提前结束</translation>
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
        <source>There is no model in %1: a model&apos;s folder holds config.json and *.safetensors files.</source>
        <translation>%1 中没有模型：模型文件夹应包含 config.json 和 *.safetensors 文件。</translation>
    </message>
</context>
<context>
    <name>dsm::ModelPair</name>
    <message>
        <source>The folder %1 is not there any more.</source>
        <translation>文件夹 %1 已不存在。</translation>
    </message>
    <message>
        <source>Another model was loaded meanwhile.</source>
        <translation>其间载入了另一个模型。</translation>
    </message>
    <message>
        <source>Loading it was stopped.</source>
        <translation>载入已停止。</translation>
    </message>
    <message>
        <source>Its answer was stopped.</source>
        <translation>它的回答已停止。</translation>
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
    <message>
        <source>Files that were being deleted are kept in %1: move them yourself.</source>
        <translation>正在删除的文件保留在 %1 中：请自行移走。</translation>
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
        <source>Where is %1 now?</source>
        <translation>%1 现在在哪里？</translation>
    </message>
    <message>
        <source>Add a model&apos;s folder</source>
        <translation>添加模型文件夹</translation>
    </message>
    <message>
        <source>A model&apos;s folder can also be dropped here.</source>
        <translation>也可以把模型文件夹拖放到这里。</translation>
    </message>
</context>
<context>
    <name>dsm::NameDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>dsm::NextTokensPanel</name>
    <message>
        <source>end of the text</source>
        <translation>文本结尾</translation>
    </message>
    <message>
        <source>part of a character</source>
        <translation>字符的一部分</translation>
    </message>
    <message>
        <source>Id %1</source>
        <translation>编号 %1</translation>
    </message>
    <message>
        <source>%1, probability %2, together %3</source>
        <translation>%1，概率 %2，累计 %3</translation>
    </message>
    <message>
        <source>Likeliest at the cursor. Enter or two clicks go on with one, in place of what is after the cursor.</source>
        <translation>光标处最可能的词元。按回车或双击即以它续写，取代光标之后的内容。</translation>
    </message>
    <message>
        <source>The model reads the text up to the cursor…</source>
        <translation>模型正在阅读光标之前的文本…</translation>
    </message>
    <message>
        <source>What could follow at the cursor is shown here, once a model is loaded and does not write.</source>
        <translation>加载模型且它不在书写时，这里显示光标处可能的后续内容。</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>累计</translation>
    </message>
    <message>
        <source>Likeliest next tokens</source>
        <translation>最可能的下一个词元</translation>
    </message>
    <message>
        <source>Write on from it</source>
        <translation>以它续写</translation>
    </message>
    <message>
        <source>Otherwise the next token can be chosen.</source>
        <translation>否则可以选择下一个词元。</translation>
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
    <name>dsm::OwnConversationsDialog</name>
    <message>
        <source>Use my conversations</source>
        <translation>使用我的对话</translation>
    </message>
    <message>
        <source>Which conversations shall the model learn from?</source>
        <translation>模型应当从哪些对话学习？</translation>
    </message>
    <message>
        <source>Words in the title or in a message</source>
        <translation>标题或消息中的词语</translation>
    </message>
    <message>
        <source>When they were last changed</source>
        <translation>上次更改的时间</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Choose all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Choose none</source>
        <translation>全不选</translation>
    </message>
    <message>
        <source>Use these</source>
        <translation>使用这些</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>%L1 of %L2 chosen</source>
        <translation>已选择 %L1 / %L2</translation>
    </message>
    <message>
        <source>Only the conversations chosen here leave the history: they are copied into a file on this computer, as they are shown now. Stopped and failed replies are left out, and those with a thumb down are not learned.</source>
        <translation>只有在此选中的对话会离开历史记录：它们会按现在显示的样子复制到本机的一个文件中。停止和失败的回复会排除，点了踩的回复不会被学习。</translation>
    </message>
    <message>
        <source>Below a reply in the chat you can give it a thumb up. The replies before it in its conversation are then read, but not learned.</source>
        <translation>在聊天中，可以在回复下方点赞。该对话中此前的回复只会被读取，不会被学习。</translation>
    </message>
    <message>
        <source>No reply has a thumb up yet: give it below a reply in the chat.</source>
        <translation>还没有点过赞的回复：请在聊天中的回复下方点赞。</translation>
    </message>
    <message>
        <source>The folder that they lie in</source>
        <translation>它们所在的文件夹</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>任何时间</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>Last year</source>
        <translation>最近一年</translation>
    </message>
    <message>
        <source>Any folder</source>
        <translation>任何文件夹</translation>
    </message>
    <message>
        <source>In “%1”</source>
        <translation>在“%1”中</translation>
    </message>
    <message>
        <source>Only pinned ones</source>
        <translation>仅置顶的</translation>
    </message>
    <message>
        <source>Only replies with a thumb up</source>
        <translation>仅点赞的回复</translation>
    </message>
</context>
<context>
    <name>dsm::PageHeader</name>
    <message>
        <source>Show the sidebar</source>
        <translation>显示侧边栏</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新建对话</translation>
    </message>
</context>
<context>
    <name>dsm::PlanCard</name>
    <message>
        <source>What will happen</source>
        <translation>将会发生什么</translation>
    </message>
    <message>
        <source>Measuring a step…</source>
        <translation>正在测量一步…</translation>
    </message>
    <message>
        <source>Reading the examples…</source>
        <translation>正在读取样例…</translation>
    </message>
    <message>
        <source>Opening the model…</source>
        <translation>正在打开模型…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>再看一次</translation>
    </message>
    <message>
        <source>%1 of %2 rows</source>
        <translation>%2 行中的 %1 行</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>样例</translation>
    </message>
    <message>
        <source>Trained tokens</source>
        <translation>训练的词元</translation>
    </message>
    <message>
        <source>%1 in each epoch</source>
        <translation>每轮 %1 个</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>On the disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>%1 for up to %2 checkpoints of %3 and the result of %4</source>
        <translation>%1，用于最多 %2 个 %3 的检查点和 %4 的结果</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>the result, checkpoint-*, run.json and events.out.tfevents.* (for TensorBoard) in %1</source>
        <translation>结果、checkpoint-*、run.json 和 events.out.tfevents.*（用于 TensorBoard），位于 %1</translation>
    </message>
    <message>
        <source>%1 of %2 rows, and %3 to evaluate with</source>
        <translation>%2 行中的 %1 行，另有 %3 行用于评估</translation>
    </message>
    <message>
        <source>About %1 on this computer: %2 s a step, %3 s the one with the longest examples.</source>
        <translation>在这台电脑上大约需要 %1：每步 %2 秒，示例最长的一步 %3 秒。</translation>
    </message>
    <message>
        <source>%1, each of %3 × %4 examples: all examples %2 times</source>
        <translation>共 %1 步，每步 %3 × %4 个样本：全部样本学 %2 遍</translation>
    </message>
</context>
<context>
    <name>dsm::PromptPlacesDialog</name>
    <message>
        <source>Insert</source>
        <translation>插入</translation>
    </message>
    <message>
        <source>Fill in the prompt</source>
        <translation>填写提示词</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>dsm::PromptPopup</name>
    <message>
        <source>Prompts</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Keep texts that you write often…</source>
        <translation>保存常写的文字…</translation>
    </message>
    <message>
        <source>Change the kept prompts…</source>
        <translation>修改保存的提示词…</translation>
    </message>
</context>
<context>
    <name>dsm::PromptsDialog</name>
    <message>
        <source>New prompt</source>
        <translation>新建提示词</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Prompts</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Type / and the name at the beginning of a message. What stands in double braces, as {{language}}, is asked for then.</source>
        <translation>在消息开头输入 / 和名称。双花括号里的内容，如 {{语言}}，会在使用时询问。</translation>
    </message>
    <message>
        <source>Name of the prompt</source>
        <translation>提示词的名称</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Text of the prompt</source>
        <translation>提示词的文字</translation>
    </message>
    <message>
        <source>prompt</source>
        <translation>提示词</translation>
    </message>
</context>
<context>
    <name>dsm::QueuedMessage</name>
    <message>
        <source>Sent after this reply: %1</source>
        <translation>此回复结束后发送：%1</translation>
    </message>
    <message>
        <source>Waits to be sent: %1</source>
        <translation>等待发送：%1</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>立即发送</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
</context>
<context>
    <name>dsm::QuickWindow</name>
    <message>
        <source>Quick question</source>
        <translation>快速提问</translation>
    </message>
    <message>
        <source>Ask something</source>
        <translation>问点什么</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Open in the window</source>
        <translation>在窗口中打开</translation>
    </message>
    <message>
        <source>New question</source>
        <translation>新问题</translation>
    </message>
    <message>
        <source>Enter asks, Escape stops the answer and then hides this window.</source>
        <translation>按 Enter 提问；按 Esc 停止回答，再按则隐藏此窗口。</translation>
    </message>
</context>
<context>
    <name>dsm::RefusedRowsDialog</name>
    <message>
        <source>Save all as a table…</source>
        <translation>全部存为表格…</translation>
    </message>
    <message>
        <source>Rows that cannot be used</source>
        <translation>无法使用的行</translation>
    </message>
    <message>
        <source>The first %L1 of %L2 rows. The table that you can save has all of them.</source>
        <translation>共 %L2 行，此处为前 %L1 行。可以保存的表格中包含全部。</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>They are not learned. Change them here or in the file, or leave them as they are.</source>
        <translation>它们不会被学习。可以在这里或在文件中更改，也可以保持原样。</translation>
    </message>
</context>
<context>
    <name>dsm::RowListDialog</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>dsm::RunAnnouncer</name>
    <message>
        <source>A run has finished</source>
        <translation>训练完成</translation>
    </message>
    <message>
        <source>A run has failed</source>
        <translation>训练失败</translation>
    </message>
    <message>
        <source>A model is being trained</source>
        <translation>正在训练模型</translation>
    </message>
    <message>
        <source>“%1” has learned all of its steps.</source>
        <translation>“%1”已完成全部步骤。</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>“%1” has ended after step %2 of %3.</source>
        <translation>“%1”已在第 %2 步（共 %3 步）后结束。</translation>
    </message>
</context>
<context>
    <name>dsm::RunAnswers</name>
    <message>
        <source>The same prompts again and again</source>
        <translation>反复回答的固定提示</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>训练前</translation>
    </message>
    <message>
        <source>Step %1</source>
        <translation>第 %1 步</translation>
    </message>
    <message>
        <source>Up to step %1</source>
        <translation>直到第 %1 步</translation>
    </message>
    <message>
        <source>Steps %1 to %2</source>
        <translation>第 %1 至 %2 步</translation>
    </message>
    <message>
        <source>Answered before the first step and at each checkpoint. What an answer has anew is bold; equal ones are one line.</source>
        <translation>在第一步之前和每个检查点各回答一次。回答中新出现的内容以粗体显示；相同的回答合并为一行。</translation>
    </message>
</context>
<context>
    <name>dsm::RunCharts</name>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>%1, evaluation</source>
        <translation>%1，评估</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation>图片 (*.png)</translation>
    </message>
    <message>
        <source>Save the numbers</source>
        <translation>保存数据</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>By step</source>
        <translation>按步数</translation>
    </message>
    <message>
        <source>By epoch</source>
        <translation>按轮次</translation>
    </message>
    <message>
        <source>By time</source>
        <translation>按时间</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>轮次</translation>
    </message>
    <message>
        <source>Minutes of work</source>
        <translation>训练用时（分钟）</translation>
    </message>
    <message>
        <source>What the charts run over</source>
        <translation>图表的横轴</translation>
    </message>
    <message>
        <source>Logarithmic</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>Picture…</source>
        <translation>图片…</translation>
    </message>
    <message>
        <source>Save the chart of the loss as a picture</source>
        <translation>把损失图表保存为图片</translation>
    </message>
    <message>
        <source>CSV…</source>
        <translation>CSV…</translation>
    </message>
    <message>
        <source>Save the numbers of the chart of the loss as a table</source>
        <translation>把损失图表的数据保存为表格</translation>
    </message>
    <message>
        <source>How it learns</source>
        <translation>学习过程</translation>
    </message>
    <message>
        <source>The loss says how much the answers surprise the model: it should fall. Where the evaluation rises while it falls, the model learns by heart.</source>
        <translation>损失表示答案让模型有多意外：它应当下降。如果损失下降而评估上升，说明模型在死记硬背。</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation>梯度范数</translation>
    </message>
    <message>
        <source>Tokens per second</source>
        <translation>每秒词元数</translation>
    </message>
    <message>
        <source>Memory held, GB</source>
        <translation>占用内存（GB）</translation>
    </message>
    <message>
        <source>as measured</source>
        <translation>实测值</translation>
    </message>
    <message>
        <source>Nothing measured</source>
        <translation>没有测量值</translation>
    </message>
</context>
<context>
    <name>dsm::RunForecast</name>
    <message>
        <source>There is not enough memory to look at the data and the model.</source>
        <translation>内存不足，无法查看数据和模型。</translation>
    </message>
</context>
<context>
    <name>dsm::RunPage</name>
    <message>
        <source>Hold it back</source>
        <translation>暂不开始</translation>
    </message>
    <message>
        <source>Pause and save</source>
        <translation>暂停并保存</translation>
    </message>
    <message>
        <source>The result</source>
        <translation>最终结果</translation>
    </message>
    <message>
        <source>As it was after step %1</source>
        <translation>第 %1 步之后的状态</translation>
    </message>
    <message>
        <source>All runs</source>
        <translation>全部训练</translation>
    </message>
    <message>
        <source>Rename the run</source>
        <translation>重命名训练</translation>
    </message>
    <message>
        <source>Delete the run…</source>
        <translation>删除训练…</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Clone…</source>
        <translation>克隆…</translation>
    </message>
    <message>
        <source>Prepares a new run with these settings</source>
        <translation>用这些设置准备一次新的训练</translation>
    </message>
    <message>
        <source>Settings of this run</source>
        <translation>这次训练的设置</translation>
    </message>
    <message>
        <source>As they were when it began; what is not listed had its default.</source>
        <translation>训练开始时的设置；未列出的均为默认值。</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>What this run is for, and what came of it</source>
        <translation>这次训练的目的和结果</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Start now</source>
        <translation>立即开始</translation>
    </message>
    <message>
        <source>Tags, with commas between them:</source>
        <translation>标签（用逗号分隔）：</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Stop without saving?</source>
        <translation>不保存就停止？</translation>
    </message>
    <message>
        <source>Nothing has been saved yet: resumed, the run begins anew.</source>
        <translation>还没有保存任何内容：继续后训练会重新开始。</translation>
    </message>
    <message>
        <source>What was learned after step %1 is lost. Resumed, the run learns it again.</source>
        <translation>第 %1 步之后学到的内容会丢失。继续后会重新学习这些内容。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Let it run</source>
        <translation>继续训练</translation>
    </message>
    <message>
        <source>Saves where it stands; whenever you like it goes on from there</source>
        <translation>保存当前状态；之后可随时从这里继续</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>停止并保存</translation>
    </message>
    <message>
        <source>Ends the run here: what it has learned so far is its result, to be tried and kept</source>
        <translation>在此结束训练：到目前为止学到的内容就是结果，可以试用和保留</translation>
    </message>
    <message>
        <source>Ends it at once, without saving what came after its last checkpoint</source>
        <translation>立即结束，不保存最近检查点之后的内容</translation>
    </message>
    <message>
        <source>Loads the base model with what this run has learned, and lets both answer side by side: the fixed prompts, and what you ask.</source>
        <translation>加载基础模型和本次训练的成果，让两者并排回答：固定提示以及你的提问。</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>Loads the model that this run has made. It and the one that it was made from answer side by side, each loaded in its turn: the fixed prompts, and what you ask.</source>
        <translation>载入这次训练得到的模型。它和训练前的模型并排回答，各自轮流载入：固定提示和您提的问题。</translation>
    </message>
    <message>
        <source>As its folder tells them; what is not listed is not known.</source>
        <translation>以其文件夹中的记录为准；未列出的均未知。</translation>
    </message>
</context>
<context>
    <name>dsm::RunProgress</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>剩余时间</translation>
    </message>
    <message>
        <source>Time worked</source>
        <translation>已用时间</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>轮次</translation>
    </message>
    <message>
        <source>Tokens seen</source>
        <translation>已学词元</translation>
    </message>
    <message>
        <source>Tokens per second</source>
        <translation>每秒词元数</translation>
    </message>
    <message>
        <source>Loss now</source>
        <translation>当前损失</translation>
    </message>
    <message>
        <source>Evaluation, first</source>
        <translation>最初评估</translation>
    </message>
    <message>
        <source>Evaluation, last</source>
        <translation>最近评估</translation>
    </message>
</context>
<context>
    <name>dsm::RunRow</name>
    <message>
        <source>loss %1</source>
        <translation>损失 %1</translation>
    </message>
    <message>
        <source>evaluation %1</source>
        <translation>评估 %1</translation>
    </message>
    <message>
        <source>Open this run</source>
        <translation>打开这次训练</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩余 %1</translation>
    </message>
    <message>
        <source>Compare %1</source>
        <translation>比较 %1</translation>
    </message>
    <message>
        <source>Choose two to six runs to compare them</source>
        <translation>选择二到六次训练进行比较</translation>
    </message>
    <message>
        <source>begins on %1</source>
        <translation>将于 %1 开始</translation>
    </message>
</context>
<context>
    <name>dsm::RunRowsCard</name>
    <message>
        <source>Hardest and easiest rows of the evaluation</source>
        <translation>评估中最难和最容易的行</translation>
    </message>
    <message numerus="yes">
        <source>Of %Ln row(s), after step %1. What is marked is what the loss is of. A row that stays hard may be wrong in the data, or ask for what no other row teaches.</source>
        <translation>
            <numerusform>共 %Ln 行，第 %1 步之后。标出的是计算损失的部分。一直很难的行可能数据有误，或其内容没有其他行教过。</numerusform>
        </translation>
    </message>
    <message>
        <source>Hardest</source>
        <translation>最难</translation>
    </message>
    <message>
        <source>Easiest</source>
        <translation>最容易</translation>
    </message>
    <message numerus="yes">
        <source>Loss %1 · %2 · of %Ln token(s)</source>
        <translation>
            <numerusform>损失 %1 · %2 · 计 %Ln 个词元</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::RunsOverlay</name>
    <message>
        <source>All runs</source>
        <translation>全部训练</translation>
    </message>
    <message>
        <source>Where their settings differ</source>
        <translation>设置的不同之处</translation>
    </message>
    <message>
        <source>They have the same settings.</source>
        <translation>它们的设置相同。</translation>
    </message>
</context>
<context>
    <name>dsm::RunsPage</name>
    <message>
        <source>Nothing has been trained yet. A run that you start is here, with all that was measured.</source>
        <translation>还没有训练过。您开始的训练会列在这里，并附上所有测量数据。</translation>
    </message>
    <message>
        <source>No run fits what you look for.</source>
        <translation>没有符合的训练。</translation>
    </message>
    <message>
        <source>Choose two to compare</source>
        <translation>选择两次进行比较</translation>
    </message>
    <message>
        <source>Choose six at most</source>
        <translation>最多选择六次</translation>
    </message>
    <message>
        <source>Compare %1 runs</source>
        <translation>比较 %1 次训练</translation>
    </message>
    <message>
        <source>Rename the run</source>
        <translation>重命名训练</translation>
    </message>
    <message>
        <source>Its name:</source>
        <translation>名称：</translation>
    </message>
    <message>
        <source>Delete with its files</source>
        <translation>连同文件删除</translation>
    </message>
    <message>
        <source>Only from the list</source>
        <translation>仅从列表删除</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete the run?</source>
        <translation>删除这次训练？</translation>
    </message>
    <message>
        <source>Delete “%1”, with what was measured and its log?</source>
        <translation>删除“%1”以及它的测量数据和日志？</translation>
    </message>
    <message>
        <source>Its files, checkpoints: %1, take %2 in %3. With them goes what it has learned.</source>
        <translation>它的文件（检查点：%1 个）在 %3 中占用 %2。删除文件后，它学到的内容也会消失。</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>“%1” is deleted.</source>
        <translation>已删除“%1”。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Search the runs</source>
        <translation>搜索训练</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>The folder that the training wrote to</source>
        <translation>训练写入的文件夹</translation>
    </message>
    <message>
        <source>Shows a run that was trained elsewhere like one of this program: by the exported job, PEFT or another trainer</source>
        <translation>像本程序的训练一样显示在别处进行的训练：由导出的任务、PEFT 或其他训练程序完成</translation>
    </message>
    <message>
        <source>Evaluate a model…</source>
        <translation>评估模型…</translation>
    </message>
    <message>
        <source>Measures any model, with any adapter or none, on a file of examples</source>
        <translation>用示例文件评估任一模型，可搭配任一适配器，也可不用</translation>
    </message>
    <message>
        <source>Add one from elsewhere…</source>
        <translation>添加别处的训练…</translation>
    </message>
</context>
<context>
    <name>dsm::SamplingFields</name>
    <message>
        <source>Like the model</source>
        <translation>由模型决定</translation>
    </message>
    <message>
        <source>drawn anew for each reply</source>
        <translation>每次回复重新抽取</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Top p</source>
        <translation>Top p</translation>
    </message>
    <message>
        <source>Top k</source>
        <translation>Top k</translation>
    </message>
    <message>
        <source>Min p</source>
        <translation>Min p</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Longest reply, in tokens</source>
        <translation>最长回复（词元）</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
</context>
<context>
    <name>dsm::SamplingPanel</name>
    <message>
        <source>Use the last seed: %1</source>
        <translation>使用上次的种子：%1</translation>
    </message>
    <message>
        <source>Write something first: each text has its own choices.</source>
        <translation>请先写点内容：每个文本有各自的选择。</translation>
    </message>
    <message>
        <source>This text has choices of its own.</source>
        <translation>此文本有自己的选择。</translation>
    </message>
    <message>
        <source>The choices of the settings hold for this text.</source>
        <translation>此文本使用设置中的选择。</translation>
    </message>
    <message>
        <source>Like the settings</source>
        <translation>与设置相同</translation>
    </message>
</context>
<context>
    <name>dsm::ServerSettings</name>
    <message>
        <source>Other programs</source>
        <translation>其他程序</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Port %1 cannot be had: another program listens there. Choose another one.</source>
        <translation>端口 %1 无法使用：已被其他程序占用。请换一个端口。</translation>
    </message>
    <message>
        <source>Other programs can use the loaded model as they use OpenAI&apos;s. Nothing leaves this computer.</source>
        <translation>其他程序可以像使用 OpenAI 的模型那样使用已加载的模型。任何内容都不会离开本机。</translation>
    </message>
    <message>
        <source>A program without a name</source>
        <translation>未署名的程序</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n requests</source>
        <translation>
            <numerusform>%1：%n 次请求</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody has asked yet.</source>
        <translation>还没有程序使用过。</translation>
    </message>
    <message>
        <source>%1 under way, %2 waiting, %3 tokens/s</source>
        <translation>进行中 %1 个，等待中 %2 个，每秒 %3 个词元</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>May not ask</source>
        <translation>不可使用</translation>
    </message>
    <message>
        <source>May ask the model</source>
        <translation>可以使用模型</translation>
    </message>
    <message>
        <source>Programs of this computer that know OpenAI&apos;s API, such as editors and notes</source>
        <translation>本机上支持 OpenAI 接口的程序，例如编辑器和笔记软件</translation>
    </message>
    <message>
        <source>The number behind the colon of the address</source>
        <translation>地址中冒号后面的数字</translation>
    </message>
    <message>
        <source>Stop their answers</source>
        <translation>停止它们的回答</translation>
    </message>
    <message>
        <source>Address: %1. Any key will do.</source>
        <translation>地址：%1。密钥可任意填写。</translation>
    </message>
</context>
<context>
    <name>dsm::Settings</name>
    <message>
        <source>The settings in %1 could not be read. They were set aside as %2, and the program began with its own.</source>
        <translation>无法读取 %1 中的设置。原文件已另存为 %2，程序使用默认设置启动。</translation>
    </message>
    <message>
        <source>The settings cannot be kept in %1: what you choose holds until the program ends. Check that the file and its folder may be written, and that there is room.</source>
        <translation>设置无法保存到 %1：您的选择只在本次运行中有效。请检查该文件及其文件夹是否可写，以及磁盘空间是否足够。</translation>
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
        <source>Of so many layers the experts lie in the GPU&apos;s memory; the CPU computes the others</source>
        <translation>这么多层的专家放在 GPU 内存中；其余层的专家由 CPU 计算</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Show backups…</source>
        <translation>显示备份…</translation>
    </message>
    <message>
        <source>The backups of your chats: bring back what is missing, or copy them elsewhere</source>
        <translation>对话的备份：恢复缺少的内容，或复制到别处</translation>
    </message>
    <message>
        <source>Titles</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Light, high contrast</source>
        <translation>浅色，高对比度</translation>
    </message>
    <message>
        <source>Dark, high contrast</source>
        <translation>深色，高对比度</translation>
    </message>
    <message>
        <source>By the model</source>
        <translation>由模型命名</translation>
    </message>
    <message>
        <source>The first words</source>
        <translation>问题的开头</translation>
    </message>
    <message>
        <source>The model names a chat after its first answer, when nothing else is asked of it</source>
        <translation>模型在第一次回答之后、没有别的任务时为对话命名</translation>
    </message>
    <message>
        <source>This program was built without CUDA: it computes on the CPU.</source>
        <translation>此程序构建时未启用 CUDA：使用 CPU 计算。</translation>
    </message>
</context>
<context>
    <name>dsm::ShortcutsDialog</name>
    <message>
        <source>Back to the program&apos;s own</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Choose a field and press the new keys. An empty field has none.</source>
        <translation>选择一个输入框并按下新的按键。空白表示没有快捷键。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The new keys hold from now on.</source>
        <translation>新的按键已生效。</translation>
    </message>
    <message>
        <source>%1 belongs to “%2”. Choose other keys, or take them away there first.</source>
        <translation>%1 已用于“%2”。请选择其他按键，或先在那里取消。</translation>
    </message>
</context>
<context>
    <name>dsm::Sidebar</name>
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
    <message>
        <source>Fine-tuning</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>Teach a model with examples of your own</source>
        <translation>用自己的样例教模型</translation>
    </message>
    <message>
        <source>Rename the folder</source>
        <translation>重命名文件夹</translation>
    </message>
    <message>
        <source>New name:</source>
        <translation>新名称：</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Write texts with a model, without a chat</source>
        <translation>不用对话，与模型一起写文本</translation>
    </message>
    <message>
        <source>Benchmarks</source>
        <translation>基准测试</translation>
    </message>
    <message>
        <source>What models answer to known questions</source>
        <translation>模型对已知问题的回答</translation>
    </message>
</context>
<context>
    <name>dsm::SingleInstance</name>
    <message>
        <source>The program is already running with the folder %1, and does not answer.</source>
        <translation>程序已在使用文件夹 %1 运行，但没有响应。</translation>
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
    <name>dsm::SpellChecker</name>
    <message>
        <source>The word holds until the program ends: %1 cannot be written. %2</source>
        <translation>该词仅在程序结束之前有效：无法写入 %1。%2</translation>
    </message>
</context>
<context>
    <name>dsm::SpellingMarks</name>
    <message>
        <source>Looking for words that were meant…</source>
        <translation>正在查找可能的词…</translation>
    </message>
    <message>
        <source>Add “%1” to my words</source>
        <translation>将“%1”添加到我的词汇</translation>
    </message>
    <message>
        <source>No word like it is known</source>
        <translation>没有类似的词</translation>
    </message>
</context>
<context>
    <name>dsm::StartPage</name>
    <message>
        <source>Put right what is said here</source>
        <translation>请更正此处所说的问题</translation>
    </message>
    <message>
        <source>There is not enough memory</source>
        <translation>内存不足</translation>
    </message>
    <message>
        <source>Name the run</source>
        <translation>请为训练命名</translation>
    </message>
    <message>
        <source>Jobs (*.json);;All files (*)</source>
        <translation>任务 (*.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Save the job</source>
        <translation>保存任务</translation>
    </message>
    <message>
        <source>Load a job</source>
        <translation>载入任务</translation>
    </message>
    <message>
        <source>%1 could not be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
    </message>
    <message>
        <source>it is too large for a job</source>
        <translation>文件过大，不是任务</translation>
    </message>
    <message>
        <source>%1 could not be loaded: %2</source>
        <translation>无法载入 %1：%2</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name of the run</source>
        <translation>训练的名称</translation>
    </message>
    <message>
        <source>Is written to %1 and then offered in the chat&apos;s menu of adapters.</source>
        <translation>写入 %1，之后可在对话的适配器菜单中选择。</translation>
    </message>
    <message>
        <source>What to think of</source>
        <translation>需要考虑的事</translation>
    </message>
    <message>
        <source>The job as a file</source>
        <translation>任务文件</translation>
    </message>
    <message>
        <source>The same file runs on a computer without a window: deepseekmoe finetune FILE</source>
        <translation>同一文件可在没有窗口的电脑上运行：deepseekmoe finetune FILE</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Load…</source>
        <translation>载入…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Nothing can be written where runs go</source>
        <translation>训练所写入的位置不可写</translation>
    </message>
    <message>
        <source>Nothing can be written to %1: something there is no folder, or you have no right to write. Start the program with another folder for its data (--data-dir).</source>
        <translation>无法写入 %1：路径中有的部分不是文件夹，或您没有写入权限。请用另一个数据文件夹启动程序（--data-dir）。</translation>
    </message>
    <message>
        <source>When</source>
        <translation>何时开始</translation>
    </message>
    <message>
        <source>At a time, e.g. at night, the run begins by itself while the program runs; it stands in the list until then.</source>
        <translation>可定在某个时间（例如夜间）：程序运行时训练会自动开始，在此之前它列在训练列表中。</translation>
    </message>
    <message>
        <source>Not before</source>
        <translation>不早于</translation>
    </message>
    <message>
        <source>When the run begins</source>
        <translation>训练开始的时间</translation>
    </message>
    <message>
        <source>it is no file</source>
        <translation>它不是文件</translation>
    </message>
    <message>
        <source>Start later</source>
        <translation>稍后开始</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>排队</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
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
        <source>Memory of the GPU that the model takes; besides it takes %1 of the computer&apos;s</source>
        <translation>模型占用的 GPU 内存；此外还占用计算机内存 %1</translation>
    </message>
    <message>
        <source>A training run ends its step, then lets the reply go first</source>
        <translation>训练完成当前这一步后，会让回复先进行</translation>
    </message>
    <message>
        <source>At %1</source>
        <translation>位于 %1</translation>
    </message>
    <message>
        <source>Answers in %1 ms. What you write is sent there.</source>
        <translation>%1 毫秒内应答。您写的内容会发送到那里。</translation>
    </message>
    <message>
        <source>What you write is sent there.</source>
        <translation>您写的内容会发送到那里。</translation>
    </message>
    <message>
        <source>Tokens of this chat, as its server counted them at the last reply</source>
        <translation>本次对话的词元数，由服务器在上一条回复时统计</translation>
    </message>
    <message>
        <source>A model at an address takes no adapter from this computer.</source>
        <translation>网络地址上的模型不能使用这台电脑的适配器。</translation>
    </message>
    <message>
        <source>Stop using the address</source>
        <translation>停止使用该地址</translation>
    </message>
    <message>
        <source>%1, at %2</source>
        <translation>%1，位于 %2</translation>
    </message>
    <message>
        <source>%1, with a problem</source>
        <translation>%1，出现问题</translation>
    </message>
</context>
<context>
    <name>dsm::StepButton</name>
    <message>
        <source>Complete</source>
        <translation>已完成</translation>
    </message>
</context>
<context>
    <name>dsm::TakeBackDialog</name>
    <message>
        <source>The base model it was trained over:</source>
        <translation>训练所用的基础模型：</translation>
    </message>
    <message>
        <source>Take it into the list</source>
        <translation>加入列表</translation>
    </message>
    <message>
        <source>Choose the base model</source>
        <translation>请选择基础模型</translation>
    </message>
    <message>
        <source>%1 stays where it is and as it is; the list of runs refers to it.</source>
        <translation>%1 保持原位、不作改动；训练列表只是引用它。</translation>
    </message>
    <message>
        <source>Name of the run:</source>
        <translation>训练名称：</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>The folder is looked at…</source>
        <translation>正在查看文件夹…</translation>
    </message>
    <message>
        <source>It holds an adapter.</source>
        <translation>其中有一个适配器。</translation>
    </message>
    <message>
        <source>It holds a whole model.</source>
        <translation>其中有一个完整的模型。</translation>
    </message>
    <message>
        <source>It holds no result, only its curves.</source>
        <translation>其中没有结果，只有曲线。</translation>
    </message>
    <message>
        <source>Its curves are known up to step %1.</source>
        <translation>曲线记录到第 %1 步。</translation>
    </message>
    <message>
        <source>It has no curves: neither trainer_state.json nor event files.</source>
        <translation>没有曲线：既没有 trainer_state.json，也没有事件文件。</translation>
    </message>
    <message>
        <source>It names %1 as its base.</source>
        <translation>它注明的基础模型是 %1。</translation>
    </message>
    <message>
        <source>Add a run from elsewhere</source>
        <translation>添加别处的训练</translation>
    </message>
</context>
<context>
    <name>dsm::TextBar</name>
    <message>
        <source>Empty text</source>
        <translation>空文本</translation>
    </message>
    <message>
        <source>New text</source>
        <translation>新建文本</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Rename the text</source>
        <translation>重命名文本</translation>
    </message>
    <message>
        <source>Name of the text:</source>
        <translation>文本名称：</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>What to do with this text</source>
        <translation>对此文本的操作</translation>
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
    <name>dsm::TextService</name>
    <message>
        <source>Your texts are not saved this time.</source>
        <translation>这次不会保存您的文本。</translation>
    </message>
    <message>
        <source>The file of your texts was damaged. What could be read was carried over; the damaged file is kept as %1.</source>
        <translation>保存文本的文件已损坏。可读取的内容已转移；损坏的文件保留为 %1。</translation>
    </message>
    <message>
        <source>The file of your texts can only be read: changes are not saved.</source>
        <translation>保存文本的文件只能读取：更改不会保存。</translation>
    </message>
    <message>
        <source>The text takes %L1 tokens, and the context has room for %L2. Shorten it: nothing is left out by itself.</source>
        <translation>文本占 %L1 个词元，而上下文只能容纳 %L2 个。请缩短文本：程序不会自行删减。</translation>
    </message>
</context>
<context>
    <name>dsm::TextStatus</name>
    <message>
        <source>The model wrote the %1 tokens that it may at once; it can write on.</source>
        <translation>模型已写满一次可写的 %1 个词元；可以继续续写。</translation>
    </message>
    <message>
        <source>The context is full: shorten the text to go on.</source>
        <translation>上下文已满：请缩短文本后再继续。</translation>
    </message>
    <message>
        <source>The model ended its text here.</source>
        <translation>模型在此结束了文本。</translation>
    </message>
    <message>
        <source>Not pasted: the text would have %1 characters, and at most %2 can be written. Paste a part of it.</source>
        <translation>未粘贴：文本将有 %1 个字符，而最多可写 %2 个。请粘贴其中一部分。</translation>
    </message>
    <message>
        <source>Too long: %1 tokens, and the context has room for %2. Shorten the text: nothing is left out by itself.</source>
        <translation>过长：%1 个词元，而上下文只能容纳 %2 个。请缩短文本：程序不会自行删减。</translation>
    </message>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%1 / %2 个词元</translation>
    </message>
    <message>
        <source>Waits for the training run. Esc gives up.</source>
        <translation>正在等待训练。按 Esc 放弃。</translation>
    </message>
    <message>
        <source>The model reads: %1 of %2 tokens. Esc stops it.</source>
        <translation>模型正在阅读：%1/%2 个词元。按 Esc 停止。</translation>
    </message>
    <message>
        <source>The model is loading…</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>No model is loaded: choose one below.</source>
        <translation>未加载模型：请在下方选择一个。</translation>
    </message>
    <message>
        <source>Waits until the model is done with another text. Esc gives up.</source>
        <translation>正在等待模型写完另一篇文本。按 Esc 放弃。</translation>
    </message>
    <message>
        <source>Waits until the model is done with a reply. Esc gives up.</source>
        <translation>正在等待模型写完一条回复。按 Esc 放弃。</translation>
    </message>
    <message>
        <source>The model is writing; you can go on when it is done. Esc stops it.</source>
        <translation>模型正在书写；完成后您可以继续。按 Esc 停止。</translation>
    </message>
</context>
<context>
    <name>dsm::TextsPage</name>
    <message>
        <source>“%1” was deleted</source>
        <translation>已删除“%1”</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Stop writing</source>
        <translation>停止书写</translation>
    </message>
    <message>
        <source>The model goes on at the end of the text.</source>
        <translation>模型在文本末尾续写。</translation>
    </message>
    <message>
        <source>It goes on at the cursor, in place of what is after it.</source>
        <translation>在光标处续写，取代其后的内容。</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Ctrl+Enter lets the model write on, Escape stops it, Ctrl+Tab writes a tab.</source>
        <translation>Ctrl+Enter 让模型续写，Esc 停止，Ctrl+Tab 输入制表符。</translation>
    </message>
    <message>
        <source>Write the beginning of a text. The model goes on with it word by word, without the template of a chat: so base models are used.</source>
        <translation>写下文本的开头。模型会逐词续写，不使用对话模板：基础模型就是这样使用的。</translation>
    </message>
    <message>
        <source>What could not be saved before is saved now.</source>
        <translation>之前未能保存的内容现已保存。</translation>
    </message>
    <message>
        <source>A model at an address tells no tokens and no probabilities.</source>
        <translation>网络地址上的模型不提供词元和概率。</translation>
    </message>
</context>
<context>
    <name>dsm::TokenLegend</name>
    <message>
        <source>The darker the shade, the less likely was the token</source>
        <translation>底色越深，词元的概率越低</translation>
    </message>
    <message>
        <source>The model reads the text…</source>
        <translation>模型正在阅读文本…</translation>
    </message>
    <message>
        <source>Put the cursor into the text to see its token.</source>
        <translation>将光标放入文本以查看其词元。</translation>
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
    <message>
        <source>It lets a reply go first, and goes on by itself after it.</source>
        <translation>正在让回复先进行，之后会自动继续。</translation>
    </message>
</context>
<context>
    <name>dsm::TrashDialog</name>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>彻底删除…</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>清空回收站…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>回收站</translation>
    </message>
    <message>
        <source>Deleted chats</source>
        <translation>已删除的对话</translation>
    </message>
    <message>
        <source>What the chat says</source>
        <translation>对话内容</translation>
    </message>
    <message numerus="yes">
        <source>%n days left</source>
        <translation>
            <numerusform>还剩 %n 天</numerusform>
        </translation>
    </message>
    <message>
        <source>removed at the next start</source>
        <translation>下次启动时移除</translation>
    </message>
    <message>
        <source>%1  (deleted %2, %3)</source>
        <translation>%1（删除于 %2，%3）</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>回收站为空。</translation>
    </message>
    <message>
        <source>A deleted chat is removed for good after 30 days. Days on which the clock jumped or the program was away for long do not count.</source>
        <translation>已删除的对话会在 30 天后彻底移除。时钟跳变或程序长期未使用的日子不计入。</translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>回复</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>彻底删除</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chats for good?</source>
        <translation>
            <numerusform>彻底删除 %n 个对话？</numerusform>
        </translation>
    </message>
    <message>
        <source>That cannot be undone. Backups of the last days may still hold what was said.</source>
        <translation>此操作无法撤销。最近几天的备份可能仍含有这些内容。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>dsm::Tray</name>
    <message>
        <source>Show the window</source>
        <translation>显示窗口</translation>
    </message>
    <message>
        <source>Quick question…</source>
        <translation>快速提问…</translation>
    </message>
    <message>
        <source>End the program</source>
        <translation>结束程序</translation>
    </message>
</context>
<context>
    <name>dsm::TraySettings</name>
    <message>
        <source>Icon in the tray</source>
        <translation>托盘图标</translation>
    </message>
    <message>
        <source>Closing the window</source>
        <translation>关闭窗口时</translation>
    </message>
    <message>
        <source>Desktop</source>
        <translation>桌面</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Where there is a tray</source>
        <translation>有托盘时显示</translation>
    </message>
    <message>
        <source>Ends the program</source>
        <translation>结束程序</translation>
    </message>
    <message>
        <source>Leaves it in the tray</source>
        <translation>保留在托盘中</translation>
    </message>
    <message>
        <source>It brings the window up, and has a small window for a quick question</source>
        <translation>可用来显示窗口，并提供快速提问的小窗口</translation>
    </message>
    <message>
        <source>In the tray, replies and training go on without the window</source>
        <translation>在托盘中，回复和训练会在没有窗口时继续进行</translation>
    </message>
</context>
<context>
    <name>dsm::TuningDraft</name>
    <message>
        <source>What you prepare here cannot be kept in %1: %2. Free space.</source>
        <translation>此处准备的内容无法保存到 %1：%2。请释放空间。</translation>
    </message>
</context>
<context>
    <name>dsm::ViewSwitches</name>
    <message>
        <source>Tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>Where each token of the text begins, and its id</source>
        <translation>文本中每个词元的起点及其编号</translation>
    </message>
    <message>
        <source>Probabilities</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>How likely the model found each token, as a shade</source>
        <translation>以底色显示模型认为每个词元的可能性</translation>
    </message>
    <message>
        <source>Next tokens</source>
        <translation>下一个词元</translation>
    </message>
    <message>
        <source>The 50 likeliest tokens at the cursor</source>
        <translation>光标处最可能的 50 个词元</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>How the model draws what it writes</source>
        <translation>模型如何抽取所写内容</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>What is shown of the text</source>
        <translation>显示文本的哪些信息</translation>
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
    <name>dsm::WritingSettings</name>
    <message>
        <source>The program&apos;s own</source>
        <translation>程序自带</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>Do not check</source>
        <translation>不检查</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>不检查</translation>
    </message>
    <message>
        <source>Misspelt words are underlined while you write; the menu of a word offers others. Chinese is not checked.</source>
        <translation>书写时会为拼写错误的词加下划线；右键菜单会给出其他词。中文不检查。</translation>
    </message>
    <message>
        <source>There are no dictionaries on this computer. Install one for hunspell, such as hunspell-en-us: it is used from the next start on.</source>
        <translation>此计算机上没有词典。请安装 hunspell 的词典，例如 hunspell-en-us：下次启动时即会使用。</translation>
    </message>
    <message>
        <source>Code font</source>
        <translation>代码字体</translation>
    </message>
    <message>
        <source>Code size</source>
        <translation>代码大小</translation>
    </message>
    <message>
        <source>Spelling</source>
        <translation>拼写</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>书写</translation>
    </message>
    <message>
        <source>Of code in chats, and of texts</source>
        <translation>用于对话中的代码以及文本</translation>
    </message>
    <message>
        <source>Beside the usual size of code</source>
        <translation>相对于代码的通常大小</translation>
    </message>
</context>
</TS>
