# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Most BLAS libraries hold the C interface themselves; the reference one keeps it in a library of its own.
# Sets XEINSUM_CBLAS_LIBRARY to that library, or to nothing.
include(CheckCXXSourceCompiles)

set(CMAKE_REQUIRED_LIBRARIES ${BLAS_LIBRARIES})
check_cxx_source_compiles("extern \"C\" void cblas_dgemm(); int main() { cblas_dgemm(); }" XEINSUM_BLAS_HAS_CBLAS)
unset(CMAKE_REQUIRED_LIBRARIES)

set(XEINSUM_CBLAS_LIBRARY "")
if(NOT XEINSUM_BLAS_HAS_CBLAS)
  find_library(XEINSUM_CBLAS_PATH cblas REQUIRED DOC "The C interface of the BLAS in BLA_VENDOR")
  set(XEINSUM_CBLAS_LIBRARY ${XEINSUM_CBLAS_PATH})
endif()
