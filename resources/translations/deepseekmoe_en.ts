<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AttachmentPresentation</name>
    <message numerus="yes">
        <source>%n pages</source>
        <translation>
            <numerusform>%n page</numerusform>
            <numerusform>%n pages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>chosen by the model among %n parts</source>
        <translation>
            <numerusform>chosen by the model among %n part</numerusform>
            <numerusform>chosen by the model among %n parts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DataWords</name>
    <message numerus="yes">
        <source>%Ln row(s) are also in the evaluation, which then looks better than it is.</source>
        <translation>
            <numerusform>%Ln row is also in the evaluation, which then looks better than it is.</numerusform>
            <numerusform>%Ln rows are also in the evaluation, which then looks better than it is.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DownloadPresentation</name>
    <message numerus="yes">
        <source>Downloaded, %1. Not verified: %n of its files, for which %2 names no checksum</source>
        <translation>
            <numerusform>Downloaded, %1. Not verified: one of its files, for which %2 names no checksum</numerusform>
            <numerusform>Downloaded, %1. Not verified: %n of its files, for which %2 names no checksum</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DownloadText</name>
    <message numerus="yes">
        <source>%1 has this model: %n files, %2.</source>
        <translation>
            <numerusform>%1 has this model: %n file, %2.</numerusform>
            <numerusform>%1 has this model: %n files, %2.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 answers too many requests from this network; it allows the next in about %n minutes. An access token raises the limit.</source>
        <translation>
            <numerusform>%1 answers too many requests from this network; it allows the next in about a minute. An access token raises the limit.</numerusform>
            <numerusform>%1 answers too many requests from this network; it allows the next in about %n minutes. An access token raises the limit.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MessagePresentation</name>
    <message numerus="yes">
        <source>%n tokens</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The %n oldest messages did not fit into the context and were left out.</source>
        <translation>
            <numerusform>The oldest message did not fit into the context and was left out.</numerusform>
            <numerusform>The %n oldest messages did not fit into the context and were left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelPresentation</name>
    <message numerus="yes">
        <source>%n minutes left</source>
        <translation>
            <numerusform>%n minute left</numerusform>
            <numerusform>%n minutes left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hours left</source>
        <translation>
            <numerusform>%n hour left</numerusform>
            <numerusform>%n hours left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>CPU, %n threads</source>
        <translation>
            <numerusform>CPU, %n thread</numerusform>
            <numerusform>CPU, %n threads</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RemoteText</name>
    <message numerus="yes">
        <source>%1 has too much to do; it asks to wait %n seconds.</source>
        <translation>
            <numerusform>%1 has too much to do; it asks to wait %n seconds.</numerusform>
            <numerusform>%1 has too much to do; it asks to wait %n seconds.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 said nothing for %n seconds. What came of the reply stays, and can be continued.</source>
        <translation>
            <numerusform>%1 said nothing for %n seconds. What came of the reply stays, and can be continued.</numerusform>
            <numerusform>%1 said nothing for %n seconds. What came of the reply stays, and can be continued.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TokenWords</name>
    <message numerus="yes">
        <source>A character of %n tokens, ids %1</source>
        <translation>
            <numerusform>A character of %n tokens, ids %1</numerusform>
            <numerusform>A character of %n tokens, ids %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::AnswerCount</name>
    <message numerus="yes">
        <source>%n answers</source>
        <translation>
            <numerusform>%n answer</numerusform>
            <numerusform>%n answers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::AttachmentBar</name>
    <message numerus="yes">
        <source>At most %n files go with one message.</source>
        <translation>
            <numerusform>At most %n file goes with one message.</numerusform>
            <numerusform>At most %n files go with one message.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::BackupsDialog</name>
    <message numerus="yes">
        <source>%n chats came back.</source>
        <translation>
            <numerusform>%n chat came back.</numerusform>
            <numerusform>%n chats came back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln chat(s)</source>
        <translation>
            <numerusform>%Ln chat</numerusform>
            <numerusform>%Ln chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::BenchmarkForm</name>
    <message numerus="yes">
        <source>Choose the file that the %n examples before each question are from, or ask without examples.</source>
        <translation>
            <numerusform>Choose the file that the %n example before each question is from, or ask without examples.</numerusform>
            <numerusform>Choose the file that the %n examples before each question are from, or ask without examples.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::BranchesDialog</name>
    <message numerus="yes">
        <source>%n messages</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::CloseQuestion</name>
    <message numerus="yes">
        <source>%n more replies.</source>
        <translation>
            <numerusform>%n more reply.</numerusform>
            <numerusform>%n more replies.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more texts.</source>
        <translation>
            <numerusform>%n more text.</numerusform>
            <numerusform>%n more texts.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::ComposerHint</name>
    <message numerus="yes">
        <source>The model no longer sees the %n oldest messages: the context would be too full.</source>
        <translation>
            <numerusform>The model no longer sees the oldest message: the context would be too full.</numerusform>
            <numerusform>The model no longer sees the %n oldest messages: the context would be too full.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::ContextMark</name>
    <message numerus="yes">
        <source>In place of the %n messages above the model reads this summary</source>
        <translation>
            <numerusform>In place of the message above the model reads this summary</numerusform>
            <numerusform>In place of the %n messages above the model reads this summary</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::ConversationListModel</name>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n found</numerusform>
            <numerusform>%n found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The first %n found</source>
        <translation>
            <numerusform>The first %n found</numerusform>
            <numerusform>The first %n found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Folder, %n chats, closed</source>
        <translation>
            <numerusform>Folder, %n chat, closed</numerusform>
            <numerusform>Folder, %n chats, closed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Folder, %n chats, open</source>
        <translation>
            <numerusform>Folder, %n chat, open</numerusform>
            <numerusform>Folder, %n chats, open</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::DataExampleView</name>
    <message numerus="yes">
        <source>%1 · %Ln token(s)</source>
        <translation>
            <numerusform>%1 · %Ln token</numerusform>
            <numerusform>%1 · %Ln tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> … and %Ln more letter(s)</source>
        <translation>
            <numerusform> … and %Ln more letter</numerusform>
            <numerusform> … and %Ln more letters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::DataFindingsCard</name>
    <message numerus="yes">
        <source>%Ln row(s) are left out.</source>
        <translation>
            <numerusform>%Ln row is left out.</numerusform>
            <numerusform>%Ln rows are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) cannot be used:</source>
        <translation>
            <numerusform>%Ln row cannot be used:</numerusform>
            <numerusform>%Ln rows cannot be used:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more.</source>
        <translation>
            <numerusform>and %Ln more.</numerusform>
            <numerusform>and %Ln more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) are nearly equal to an earlier one.</source>
        <translation>
            <numerusform>%Ln row is nearly equal to an earlier one.</numerusform>
            <numerusform>%Ln rows are nearly equal to an earlier one.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) say the same as an earlier one, and are learned twice.</source>
        <translation>
            <numerusform>%Ln row says the same as an earlier one, and is learned twice.</numerusform>
            <numerusform>%Ln rows say the same as an earlier one, and are learned twice.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) spell a special token, which is learned as plain text. Take it out of the data.</source>
        <translation>
            <numerusform>%Ln row spells a special token, which is learned as plain text. Take it out of the data.</numerusform>
            <numerusform>%Ln rows spell a special token, which is learned as plain text. Take it out of the data.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) have earlier turns; their answers are learned, too.</source>
        <translation>
            <numerusform>%Ln row has earlier turns; their answers are learned, too.</numerusform>
            <numerusform>%Ln rows have earlier turns; their answers are learned, too.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::DataLengthCard</name>
    <message numerus="yes">
        <source>%Ln row(s) have nothing left to learn and are left out.</source>
        <translation>
            <numerusform>%Ln row has nothing left to learn and is left out.</numerusform>
            <numerusform>%Ln rows have nothing left to learn and are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln row(s) lose their end, and with it the lesson where to stop;</source>
        <translation>
            <numerusform>%Ln row loses its end, and with it the lesson where to stop;</numerusform>
            <numerusform>%Ln rows lose their end, and with it the lesson where to stop;</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them inside an answer.</source>
        <translation>
            <numerusform>%Ln of them inside an answer.</numerusform>
            <numerusform>%Ln of them inside an answer.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::DataPage</name>
    <message numerus="yes">
        <source>%Ln conversation(s)</source>
        <translation>
            <numerusform>%Ln conversation</numerusform>
            <numerusform>%Ln conversations</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>with %Ln answer(s) were copied into %1. Nothing else left the history.</source>
        <translation>
            <numerusform>with %Ln answer were copied into %1. Nothing else left the history.</numerusform>
            <numerusform>with %Ln answers were copied into %1. Nothing else left the history.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln without a whole answer were left out.</source>
        <translation>
            <numerusform>%Ln without a whole answer was left out.</numerusform>
            <numerusform>%Ln without a whole answer were left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::EngineDialog</name>
    <message numerus="yes">
        <source>It answers in %1 ms and has %n models.</source>
        <translation>
            <numerusform>It answers in %1 ms and has %n model.</numerusform>
            <numerusform>It answers in %1 ms and has %n models.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::ExportDialog</name>
    <message numerus="yes">
        <source>%n chats were written to %1.</source>
        <translation>
            <numerusform>%n chat was written to %1.</numerusform>
            <numerusform>%n chats were written to %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Export %n chats…</source>
        <translation>
            <numerusform>Export %n chat…</numerusform>
            <numerusform>Export %n chats…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::FindBar</name>
    <message numerus="yes">
        <source>%n times, in message %1 of %2</source>
        <translation>
            <numerusform>Once, in message %1 of %2</numerusform>
            <numerusform>%n times, in message %1 of %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::FirstBatchCard</name>
    <message numerus="yes">
        <source>Show all %Ln example(s)</source>
        <translation>
            <numerusform>Show all %Ln example</numerusform>
            <numerusform>Show all %Ln examples</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::MainWindow</name>
    <message numerus="yes">
        <source>%n chats were imported.</source>
        <translation>
            <numerusform>%n chat was imported.</numerusform>
            <numerusform>%n chats were imported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n were there already and were passed over.</source>
        <translation>
            <numerusform>%n was there already and was passed over.</numerusform>
            <numerusform>%n were there already and were passed over.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hold no message.</source>
        <translation>
            <numerusform>%n holds no message.</numerusform>
            <numerusform>%n hold no message.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::ModelLibrary</name>
    <message numerus="yes">
        <source>%1 of %n files with weights are here. Continue the download to get the rest.</source>
        <translation>
            <numerusform>%1 of %n file with weights is here. Continue the download to get the rest.</numerusform>
            <numerusform>%1 of %n files with weights are here. Continue the download to get the rest.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::ModelRemoval</name>
    <message numerus="yes">
        <source>%n of its files were put there by another program, which will no longer find them.</source>
        <translation>
            <numerusform>One of its files was put there by another program, which will no longer find it.</numerusform>
            <numerusform>%n of its files were put there by another program, which will no longer find them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::RunRowsCard</name>
    <message numerus="yes">
        <source>Of %Ln row(s), after step %1. What is marked is what the loss is of. A row that stays hard may be wrong in the data, or ask for what no other row teaches.</source>
        <translation>
            <numerusform>Of %Ln row, after step %1. What is marked is what the loss is of. A row that stays hard may be wrong in the data, or ask for what no other row teaches.</numerusform>
            <numerusform>Of %Ln rows, after step %1. What is marked is what the loss is of. A row that stays hard may be wrong in the data, or ask for what no other row teaches.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Loss %1 · %2 · of %Ln token(s)</source>
        <translation>
            <numerusform>Loss %1 · %2 · of %Ln token</numerusform>
            <numerusform>Loss %1 · %2 · of %Ln tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::ServerSettings</name>
    <message numerus="yes">
        <source>%1: %n requests</source>
        <translation>
            <numerusform>%1: %n request</numerusform>
            <numerusform>%1: %n requests</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>dsm::TrashDialog</name>
    <message numerus="yes">
        <source>%n days left</source>
        <translation>
            <numerusform>%n day left</numerusform>
            <numerusform>%n days left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chats for good?</source>
        <translation>
            <numerusform>Delete this chat for good?</numerusform>
            <numerusform>Delete %n chats for good?</numerusform>
        </translation>
    </message>
</context>
</TS>
