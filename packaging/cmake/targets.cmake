# The ways a target is made here. Every target gets the same language level and warnings, sees the
# repository root as its include folder, and links its neighbours privately, so that a layer
# compiles only against what it names.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# A compiler cache where there is one. Paths below the source folder count from there, so that a
# fresh clone elsewhere finds what an earlier one compiled.
find_program(DSM_CCACHE ccache)
if(DSM_CCACHE)
    set(DSM_COMPILER_CACHE ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
        CCACHE_NOHASHDIR=true CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${DSM_CCACHE})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${DSM_COMPILER_CACHE})
    set(CMAKE_CUDA_COMPILER_LAUNCHER ${DSM_COMPILER_CACHE})
endif()
if(DSM_TEST_COMPILER AND DSM_TEST_OPTIMISATION)  # which tells these tests from those of the kernels
    find_program(DSM_TEST_CLANG ${DSM_TEST_COMPILER})  # where it is not there, the build's own
endif()

find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(SENTENCEPIECE REQUIRED IMPORTED_TARGET sentencepiece)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(CLI11 REQUIRED)
find_path(CSV_INCLUDE_DIR csv.h REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
add_library(csv::csv UNKNOWN IMPORTED)
set_target_properties(csv::csv PROPERTIES IMPORTED_LOCATION ${CSV_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${CSV_INCLUDE_DIR})
# The codecs of data sets in Parquet.
pkg_check_modules(SNAPPY REQUIRED IMPORTED_TARGET snappy)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(LZ4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlidec)
if(DSM_DESKTOP)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets Network PrintSupport Svg DBus Test
        LinguistTools)
    find_package(Qt6Keychain REQUIRED)
    find_package(OpenSSL REQUIRED COMPONENTS Crypto)
    pkg_check_modules(XCB REQUIRED IMPORTED_TARGET xcb)
    pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
    pkg_check_modules(HUNSPELL REQUIRED IMPORTED_TARGET hunspell)
    pkg_check_modules(CMARK_GFM REQUIRED IMPORTED_TARGET libcmark-gfm)
    find_library(CMARK_GFM_EXTENSIONS cmark-gfm-extensions REQUIRED)  # has no file for pkg-config
    add_library(cmark-gfm::extensions UNKNOWN IMPORTED)
    set_target_properties(cmark-gfm::extensions PROPERTIES
        IMPORTED_LOCATION ${CMARK_GFM_EXTENSIONS}
        INTERFACE_LINK_LIBRARIES PkgConfig::CMARK_GFM)
endif()
if(DSM_TESTS)
    find_package(GTest REQUIRED)
endif()
if(DSM_BENCHMARKS)
    find_package(benchmark REQUIRED)
endif()

add_library(dsm_flags INTERFACE)
target_include_directories(dsm_flags INTERFACE ${PROJECT_SOURCE_DIR})
# Identical results on every machine need identical arithmetic: no contraction of a*b+c behind the
# source's back; kernels that want fused multiply-add say so with intrinsics.
target_compile_options(dsm_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic
    -Wshadow -Wnon-virtual-dtor -ffp-contract=off>)
# GCC 12 warns of copies inside std::string that overlap where none do (GCC bug 105651); and, where the
# system's headers are precompiled and count as ours, of some that go past its end.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    set(false_alarms -Wno-restrict)
    if(DSM_BATCHES)  # a class of one source alone, which it takes for one of a header; and what it
        # believes of values when it sees more functions at once
        list(APPEND false_alarms -Wno-subobject-linkage -Wno-maybe-uninitialized -Wno-array-bounds
            -Wno-stringop-overflow -Wno-stringop-overread -Wno-dangling-pointer -Wno-use-after-free)
    endif()
    if(DSM_PCH)
        list(APPEND false_alarms -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
    endif()
    target_compile_options(dsm_flags INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${false_alarms}>")
endif()
if(DSM_BATCHES)  # a name of another source of the batch is none that is hidden
    target_compile_options(dsm_flags INTERFACE
        "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-shadow;-Wshadow=local>" $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wno-shadow>)
endif()
if(DSM_WERROR)
    target_compile_options(dsm_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()
if(DSM_SANITIZE)
    target_compile_options(dsm_flags INTERFACE -fsanitize=${DSM_SANITIZE} -fno-omit-frame-pointer
        -fno-sanitize-recover=all)
    target_link_options(dsm_flags INTERFACE -fsanitize=${DSM_SANITIZE})
endif()
# GNU's linker takes seconds for a program of the window with its debug information.
find_program(DSM_LLD ld.lld)
if(DSM_LLD)
    target_link_options(dsm_flags INTERFACE -fuse-ld=lld)
endif()
if(DSM_FUZZERS)  # without it, a fuzzer would not see which branches its inputs reach
    target_compile_options(dsm_flags INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(dsm_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_link_libraries(dsm_flags INTERFACE Threads::Threads tl::expected)

set(DSM_QT_DEFINITIONS QT_NO_CAST_FROM_ASCII QT_NO_KEYWORDS)
# Qt Test asks which modules there are; all tests have these, so that one precompiled header fits them.
set(DSM_QT_TEST_LINKS Qt6::Test Qt6::Network)
set(DSM_QT_TEST_DEFINITIONS QT_NO_KEYWORDS)
if(DSM_DESKTOP)
    # It would tell each test the test's folders, for QFINDTESTDATA, in definitions that differ.
    set_target_properties(Qt6::Test PROPERTIES INTERFACE_COMPILE_DEFINITIONS QT_TESTLIB_LIB)
endif()
# dsm_optimise(NAME LEVEL): as -O1, instead of the build type's; "" keeps that.
function(dsm_optimise name level)
    if(level)
        # Below -O2, GCC does not see that an optional is read only where it has a value.
        target_compile_options(${name} PRIVATE ${level} $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    endif()
endfunction()

# dsm_compile_as_test(NAME): with DSM_TEST_COMPILER, where it is there. Clang takes half of GCC's time for
# a test; what is tested is the build's own compiler's work.
function(dsm_compile_as_test name)
    if(DSM_TEST_CLANG AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        set(launcher ${PROJECT_SOURCE_DIR}/packaging/compile_with.sh ${DSM_TEST_CLANG})
        if(DSM_CCACHE)  # the same as for all, with the script in the cache's place
            list(TRANSFORM DSM_COMPILER_CACHE REPLACE "^${DSM_CCACHE}$" "${launcher};${DSM_CCACHE}" OUTPUT_VARIABLE launcher)
        else()
            list(APPEND launcher env)
        endif()
        set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER "${launcher}")
    endif()
endfunction()

include(precompiled)

# dsm_batch(NAME): where DSM_BATCHES asks for it, the sources of this target are compiled twelve at a
# time, each batch as one (CMake's unity build), so that their headers are read once. What one source
# keeps to itself, the others of its batch then see: two of one name do not compile. The remedy is
# another name, or dsm_alone; DSM_WITHOUT_BATCHES names targets where neither has been done yet.
function(dsm_batch name)
    get_target_property(sources ${name} SOURCES)
    list(FILTER sources INCLUDE REGEX "\\.(cpp|cu)$")
    list(LENGTH sources count)
    if(DSM_BATCHES AND count GREATER 1 AND NOT name IN_LIST DSM_WITHOUT_BATCHES)
        set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
    endif()
endfunction()

# dsm_alone(a.cpp ..): these sources of this folder are never part of a batch.
function(dsm_alone)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# dsm_library(NAME SOURCES a.cpp ... [LINKS lib ...])
function(dsm_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    dsm_batch(${name})
    target_link_libraries(${name} PRIVATE dsm_flags ${ARG_LINKS})
    if(CMAKE_CURRENT_SOURCE_DIR MATCHES "/(engine|app/store)(/|$)")
        dsm_optimise(${name} "${DSM_ENGINE_OPTIMISATION}")
    endif()
    dsm_precompile(${name} plain ${ARGN})
endfunction()

# dsm_qt_library(NAME SOURCES ... [LINKS ...]): as above, with moc, uic and rcc.
function(dsm_qt_library name)
    dsm_library(${name} ${ARGN})
    set_target_properties(${name} PROPERTIES AUTOMOC ON AUTORCC ON)
    target_compile_definitions(${name} PRIVATE ${DSM_QT_DEFINITIONS})
    dsm_optimise(${name} "${DSM_WINDOW_OPTIMISATION}")
    dsm_precompile(${name} qt ${ARGN})
endfunction()

# dsm_program(NAME SOURCES ... [LINKS ...])
function(dsm_program name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    dsm_batch(${name})
    target_link_libraries(${name} PRIVATE dsm_flags ${ARG_LINKS})
    dsm_precompile(${name} program ${ARGN})
endfunction()

# dsm_test_level(RESULT): how tests of this folder are compiled, for dsm_optimise. Those of the kernels
# compute what they expect: slow there costs more than it saves here.
function(dsm_test_level result)
    set(level "${DSM_TEST_OPTIMISATION}")
    if(CMAKE_CURRENT_SOURCE_DIR MATCHES "/tests/(kernels|simt)")
        set(level "")
    endif()
    set(${result} "${level}" PARENT_SCOPE)
endfunction()

# What every test needs to know of its surroundings.
function(dsm_test_settings name)
    dsm_test_level(level)
    dsm_optimise(${name} "${level}")
    if(level)  # those of the kernels are compiled as these are
        dsm_compile_as_test(${name})
    endif()
    target_compile_definitions(${name} PRIVATE DSM_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
        DSM_BUILD_DIR="${PROJECT_BINARY_DIR}")
    if(NOT DSM_TEST_TIMEOUT)
        set(DSM_TEST_TIMEOUT 300)
    endif()
    set_tests_properties(${name} PROPERTIES TIMEOUT ${DSM_TEST_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;DSM_SHARED_DIR=$ENV{DSM_SHARED_DIR}")
endfunction()

# dsm_test(NAME SOURCES ... [LINKS ...]): a GoogleTest program, one CTest entry.
function(dsm_test name)
    if(NOT DSM_TESTS)
        return()
    endif()
    dsm_program(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE GTest::gtest_main)
    dsm_test_level(level)
    if(level)
        dsm_precompile(${name} test ${ARGN})
    else()
        dsm_precompile(${name} computing_test ${ARGN})
    endif()
    add_test(NAME ${name} COMMAND ${name})
    dsm_test_settings(${name})
endfunction()

# dsm_moc(NAME SOURCE ..): what moc makes of the sources of a test that include it. Headers want AUTOMOC,
# which costs each target a run of CMake and a source more.
function(dsm_moc name)
    if("${ARGN}" MATCHES "\\.h(;|$)")
        set_target_properties(${name} PROPERTIES AUTOMOC ON)
        return()
    endif()
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}_moc)
    target_include_directories(${name} PRIVATE ${folder})
    foreach(source ${ARGN})
        cmake_path(ABSOLUTE_PATH source)
        file(STRINGS ${source} included REGEX "^#include \".*\\.moc\"")
        if(included)
            cmake_path(GET source STEM stem)
            set(made ${folder}/${stem}.moc)
            add_custom_command(OUTPUT ${made} COMMAND Qt6::moc -I ${PROJECT_SOURCE_DIR} -o ${made} ${source}
                DEPENDS ${source} VERBATIM)
            set_property(SOURCE ${source} APPEND PROPERTY OBJECT_DEPENDS ${made})
        endif()
    endforeach()
endfunction()

# dsm_qt_test(NAME SOURCES ... [LINKS ...]): a Qt Test program, one CTest entry, run offscreen.
function(dsm_qt_test name)
    if(NOT DSM_TESTS OR NOT DSM_DESKTOP)
        return()
    endif()
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    dsm_program(${name} ${ARGN})
    dsm_moc(${name} ${ARG_SOURCES})
    target_compile_definitions(${name} PRIVATE ${DSM_QT_TEST_DEFINITIONS})
    target_link_libraries(${name} PRIVATE ${DSM_QT_TEST_LINKS})
    dsm_precompile(${name} qt_test ${ARGN})
    add_test(NAME ${name} COMMAND ${name})
    dsm_test_settings(${name})
endfunction()

# dsm_benchmark(NAME SOURCES ... [LINKS ...]): a Google Benchmark program; not part of the tests.
function(dsm_benchmark name)
    if(NOT DSM_BENCHMARKS)
        return()
    endif()
    dsm_program(${name} ${ARGN})
    target_compile_definitions(${name} PRIVATE DSM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_link_libraries(${name} PRIVATE benchmark::benchmark_main)
endfunction()

# dsm_fuzzer(NAME SOURCES ... CORPUS dir [LINKS ...]): a libFuzzer program; CTest runs it for a
# fixed number of inputs from a fixed seed. The target fuzzers builds them and what they need.
add_custom_target(fuzzers)
function(dsm_fuzzer name)
    if(NOT DSM_FUZZERS)
        return()
    endif()
    cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;LINKS" ${ARGN})
    dsm_program(${name} SOURCES ${ARG_SOURCES} LINKS ${ARG_LINKS})
    set_target_properties(${name} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)
    add_dependencies(fuzzers ${name})
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    # New inputs go to the first folder, the seeds of the source tree stay as they are.
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${name}.found)
    add_test(NAME ${name} COMMAND ${name} -runs=20000 -seed=1 -max_len=4096 -timeout=10
        -rss_limit_mb=2048 ${CMAKE_CURRENT_BINARY_DIR}/${name}.found ${ARG_CORPUS})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS fuzzers)
endfunction()

# dsm_mark_tests(KIND NAME ..): which tests are worth a sanitizer's time. The target KIND_tests builds
# them and the label KIND runs them.
#   threads   threads share data: ThreadSanitizer
#   memory    kernels, loaders, the emulation of a GPU and the store: AddressSanitizer and UBSan;
#             whole models on it take minutes there, and are for nightly.sh. With DSM_MEMORY_TESTS=OFF
#             they are left out here, with the label elsewhere, but for the kernels': these are worth
#             running as the compiler of the product optimises them.
add_custom_target(threads_tests)
add_custom_target(memory_tests)
function(dsm_mark_tests kind)
    foreach(name ${ARGN})
        if(TARGET ${name})
            set_property(TEST ${name} APPEND PROPERTY LABELS ${kind})
            add_dependencies(${kind}_tests ${name})
            if(kind STREQUAL "memory" AND NOT DSM_MEMORY_TESTS
                    AND NOT CMAKE_CURRENT_SOURCE_DIR MATCHES "/tests/(kernels|simt)")
                set_property(TEST ${name} APPEND PROPERTY LABELS elsewhere)
                set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
            endif()
        endif()
    endforeach()
endfunction()
