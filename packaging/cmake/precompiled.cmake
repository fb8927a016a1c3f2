# Precompiled headers: what most sources of a kind include from elsewhere, parsed once for each kind.
# Only headers of the system stand here, never our own, so that a change of ours compiles no more than
# it must; and not nlohmann/json.hpp, of which the greater part is compiled again with each source that
# sees it, precompiled or not, so that it belongs to those alone that use it. Every source still
# includes what it uses: with DSM_PCH=OFF, as the presets asan and release have it and the night
# builds it, there is no other way.
#
# A precompiled header fits only where the definitions that its headers ask about, the language's
# options and the optimisation are the same; the compiler warns where they are not, which is an error
# here. So the owners below are made as the targets are that use them.

set(DSM_PCH_STANDARD <algorithm> <array> <atomic> <bit> <cctype> <cerrno> <charconv> <chrono> <cmath>
    <condition_variable> <cstddef> <cstdint> <cstdio> <cstdlib> <cstring> <filesystem> <fstream> <functional>
    <iterator> <limits> <map> <memory> <mutex> <new> <numeric> <optional> <random> <set> <span> <sstream>
    <stop_token> <string> <string_view> <system_error> <thread> <tuple> <type_traits> <unordered_map> <utility>
    <variant> <vector> <tl/expected.hpp>)
set(DSM_PCH_QT_CORE <QByteArray> <QCoreApplication> <QDateTime> <QDir> <QElapsedTimer> <QFile> <QFileInfo>
    <QHash> <QJsonArray> <QJsonDocument> <QJsonObject> <QJsonValue> <QList> <QLocale> <QMetaType> <QObject>
    <QPointer> <QRegularExpression> <QSaveFile> <QSet> <QString> <QStringList> <QThread> <QTimer> <QUrl>
    <QVariant>)
set(DSM_PCH_QT_WIDGETS <QApplication> <QCheckBox> <QClipboard> <QComboBox> <QEvent> <QFileDialog> <QGridLayout>
    <QHBoxLayout> <QKeyEvent> <QLabel> <QLineEdit> <QListView> <QMenu> <QMessageBox> <QPainter> <QPlainTextEdit>
    <QProgressBar> <QPushButton> <QScrollArea> <QScrollBar> <QShortcut> <QStackedWidget> <QTextEdit>
    <QVBoxLayout> <QWidget>)
set(DSM_PCH_QT_TEST <QSignalSpy> <QTemporaryDir> <QTest>)

# dsm_pch_owner(KIND [PROGRAM] HEADERS <a> .. [LINKS lib ..] [DEFINITIONS NAME ..]): PROGRAM for the
# sources of programs, which are compiled with -fPIE.
function(dsm_pch_owner kind)
    cmake_parse_arguments(ARG "PROGRAM" "" "HEADERS;LINKS;DEFINITIONS" ${ARGN})
    set(source ${PROJECT_BINARY_DIR}/precompiled/${kind}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "// Holds the precompiled header ${kind}.\n")
    add_library(dsm_pch_${kind} OBJECT EXCLUDE_FROM_ALL ${source})
    target_link_libraries(dsm_pch_${kind} PRIVATE dsm_flags ${ARG_LINKS})
    target_compile_definitions(dsm_pch_${kind} PRIVATE ${ARG_DEFINITIONS})
    target_precompile_headers(dsm_pch_${kind} PRIVATE ${ARG_HEADERS})
    if(kind MATCHES "test" AND NOT kind STREQUAL "computing_test")
        dsm_compile_as_test(dsm_pch_${kind})
    endif()
    if(ARG_PROGRAM)
        set_target_properties(dsm_pch_${kind} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
        target_compile_options(dsm_pch_${kind} BEFORE PRIVATE ${CMAKE_CXX_COMPILE_OPTIONS_PIE})
    endif()
endfunction()

function(dsm_pch_owners)
    dsm_pch_owner(plain HEADERS ${DSM_PCH_STANDARD})
    dsm_pch_owner(program PROGRAM HEADERS ${DSM_PCH_STANDARD})
    if(DSM_TESTS)
        foreach(kind test computing_test)
            dsm_pch_owner(${kind} PROGRAM HEADERS ${DSM_PCH_STANDARD} <gtest/gtest.h> LINKS GTest::gtest)
        endforeach()
        dsm_optimise(dsm_pch_test "${DSM_TEST_OPTIMISATION}")
    endif()
    if(NOT DSM_DESKTOP)
        return()
    endif()
    foreach(module core widgets)
        set(headers ${DSM_PCH_STANDARD} ${DSM_PCH_QT_CORE})
        set(library Qt6::Core)
        if(module STREQUAL "widgets")
            list(APPEND headers ${DSM_PCH_QT_WIDGETS})
            set(library Qt6::Widgets)
        endif()
        dsm_pch_owner(qt_${module} HEADERS ${headers} LINKS ${library} DEFINITIONS ${DSM_QT_DEFINITIONS})
        if(DSM_TESTS)
            dsm_pch_owner(qt_${module}_test PROGRAM HEADERS ${headers} ${DSM_PCH_QT_TEST}
                LINKS ${library} ${DSM_QT_TEST_LINKS} DEFINITIONS ${DSM_QT_TEST_DEFINITIONS})
            dsm_optimise(dsm_pch_qt_${module}_test "${DSM_TEST_OPTIMISATION}")
        endif()
    endforeach()
endfunction()

# dsm_precompile(TARGET KIND [LINKS lib ..]): TARGET sees the precompiled header of KIND, one of plain,
# program, test, computing_test (those that DSM_TEST_OPTIMISATION leaves alone), qt and qt_test; for the latter two, the libraries say which part of Qt. A later call
# counts. None of the first four fits where Qt is linked, with its own options.
function(dsm_precompile target kind)
    cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
    if(kind MATCHES "^qt")
        if("Qt6::Widgets" IN_LIST ARG_LINKS)
            string(REPLACE qt qt_widgets kind ${kind})
        else()
            string(REPLACE qt qt_core kind ${kind})
        endif()
    elseif(ARG_LINKS MATCHES "Qt6")
        set(kind none)
    endif()
    if(TARGET dsm_pch_${kind})
        set_target_properties(${target} PROPERTIES PRECOMPILE_HEADERS_REUSE_FROM dsm_pch_${kind})
    endif()
endfunction()

if(DSM_PCH)
    # Clang would write into the header when it was made, and no compiler cache would find it again.
    target_compile_options(dsm_flags INTERFACE
        "$<$<COMPILE_LANG_AND_ID:CXX,Clang>:SHELL:-Xclang -fno-pch-timestamp>")
    dsm_pch_owners()
endif()
