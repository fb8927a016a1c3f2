<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
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
    <name>dsm::ConversationListModel</name>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>%n found</numerusform>
            <numerusform>%n found</numerusform>
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
    <name>DownloadPresentation</name>
    <message numerus="yes">
        <source>Downloaded, %1. Not verified: %n of its files, for which %2 names no checksum</source>
        <translation>
            <numerusform>Downloaded, %1. Not verified: one of its files, for which %2 names no checksum</numerusform>
            <numerusform>Downloaded, %1. Not verified: %n of its files, for which %2 names no checksum</numerusform>
        </translation>
    </message>
</context>
</TS>
