# CUDA is found, not required. Sets DSM_CUDA_FOUND; where it is TRUE, the language CUDA and the
# CUDA::* targets exist, and DSM_CUBLAS_FOUND says whether cuBLAS's header is there. Included from
# the root: a language must be enabled above every target that links code written in it.

set(DSM_CUDA_FOUND FALSE)
set(DSM_CUBLAS_FOUND FALSE)
# Layouts and conversions are constexpr functions of the host; an unused conversion operator of a
# template (554) is no fault.
set(DSM_KERNEL_OPTIONS
    $<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr>
    $<$<COMPILE_LANGUAGE:CUDA>:-diag-suppress=554>)
if(NOT DSM_CUDA STREQUAL "OFF")
    # Before the language is enabled: afterwards CMake has chosen one old architecture on its own.
    if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
        set(CMAKE_CUDA_ARCHITECTURES 90)
    endif()
    # NVIDIA's own place for nvcc, which it does not put on the path.
    if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
        find_program(DSM_NVCC nvcc PATHS /usr/local/cuda/bin)
        if(DSM_NVCC)
            set(CMAKE_CUDA_COMPILER ${DSM_NVCC})
        endif()
    endif()
    include(CheckLanguage)
    check_language(CUDA)
    if(CMAKE_CUDA_COMPILER)
        enable_language(CUDA)
        # CMake 3.25 does not know that nvcc has spoken C++20 since version 12.
        if(CMAKE_CUDA_COMPILER_ID STREQUAL "NVIDIA"
                AND CMAKE_CUDA_COMPILER_VERSION VERSION_GREATER_EQUAL 12
                AND NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
            set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
            set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
        endif()
        find_package(CUDAToolkit)
        set(DSM_CUDA_FOUND ${CUDAToolkit_FOUND})
        find_path(DSM_CUBLAS_INCLUDE_DIR cublas_v2.h HINTS ${CUDAToolkit_INCLUDE_DIRS})
        if(DSM_CUDA_FOUND AND DSM_CUBLAS_INCLUDE_DIR)
            set(DSM_CUBLAS_FOUND TRUE)
        endif()
    endif()
    if(NOT DSM_CUDA_FOUND AND DSM_CUDA STREQUAL "ON")
        message(FATAL_ERROR "DSM_CUDA is ON, but no usable CUDA toolkit was found "
            "(set CMAKE_CUDA_COMPILER to nvcc).")
    endif()
endif()

if(DSM_CUDA_FOUND)
    message(STATUS "CUDA: ${CMAKE_CUDA_COMPILER_VERSION}, for ${CMAKE_CUDA_ARCHITECTURES}; "
        "header of cuBLAS: ${DSM_CUBLAS_FOUND}")
else()
    message(STATUS "CUDA: left out")
endif()
