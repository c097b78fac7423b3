# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# The command reads files that others wrote. xeinsum_harden(target...): what compiler and linker can do about a mistake in that.
include(CheckCXXCompilerFlag)
include(CheckPIESupported)
option(XEINSUM_HARDENING "Build the command with stack protector, fortified functions, control-flow protection, and as a position-independent program with read-only relocations" ON)
if(XEINSUM_HARDENING)
  check_pie_supported(LANGUAGES CXX)
  check_cxx_compiler_flag(-fcf-protection XEINSUM_HAS_CF_PROTECTION)
endif()

function(xeinsum_harden)
  if(NOT XEINSUM_HARDENING)
    return()
  endif()
  foreach(target IN LISTS ARGN)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_compile_options(${target} PRIVATE -fstack-protector-strong $<$<BOOL:${XEINSUM_HAS_CF_PROTECTION}>:-fcf-protection>
      $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE$<SEMICOLON>-D_FORTIFY_SOURCE=2>)  # it needs an optimising compiler
    target_link_options(${target} PRIVATE $<$<STREQUAL:$<TARGET_PROPERTY:${target},TYPE>,EXECUTABLE>:-Wl,-z,relro,-z,now>)
  endforeach()
endfunction()
