# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Runs PROGRAM with ARGUMENTS, a list. It must end with 0 and print what the file EXPECTED says, spaces at the ends of lines apart.
execute_process(COMMAND ${PROGRAM} ${ARGUMENTS} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${status}: ${errors}")
endif()
file(READ ${EXPECTED} expected)
foreach(text IN ITEMS output expected)
  # A line that a printer broke may end with a space; files in a repository do not.
  string(REGEX REPLACE "[ \t]+\n" "\n" ${text} "${${text}}")
endforeach()
if(NOT output STREQUAL expected)
  message(FATAL_ERROR "${EXPECTED} says\n${expected}\nbut ${PROGRAM} prints\n${output}")
endif()
