# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Read by cpack before it makes packages.
if(CPACK_GENERATOR STREQUAL "DEB")
  foreach(tool IN ITEMS dpkg-shlibdeps file)
    find_program(XEINSUM_${tool} ${tool})
    if(NOT XEINSUM_${tool})
      message(FATAL_ERROR "Debian packages are made with dpkg-shlibdeps and file, and there is no ${tool}: .ci/dependencies.sh package installs both")
    endif()
  endforeach()
endif()
