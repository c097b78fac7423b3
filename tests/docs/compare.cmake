# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Runs PROGRAM, which must end well and, if there is a file EXPECTED, print what that says, spaces at the ends of lines apart.
execute_process(COMMAND ${PROGRAM} RESULT_VARIABLE status OUTPUT_VARIABLE output)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${status}")
endif()
if(NOT EXISTS ${EXPECTED})
  return()
endif()
file(READ ${EXPECTED} expected)
foreach(text IN ITEMS output expected)
  string(REGEX REPLACE "[ \n]+\n" "\n" ${text} "${${text}}\n")
  string(REGEX REPLACE "\n+" "\n" ${text} "${${text}}")
endforeach()
if(NOT output STREQUAL expected)
  message(FATAL_ERROR "The page says\n${expected}\nbut its program prints\n${output}")
endif()
