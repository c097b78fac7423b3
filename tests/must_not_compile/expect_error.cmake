# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Runs COMMAND, which must fail and say something that matches REGEX.
execute_process(COMMAND ${COMMAND} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(status EQUAL 0)
  message(FATAL_ERROR "compiled, but must not")
endif()
if(NOT output MATCHES "${REGEX}")
  message(FATAL_ERROR "refused, but without saying ${REGEX}:\n${output}")
endif()
