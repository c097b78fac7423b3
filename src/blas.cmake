# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Finds the BLAS and its C interface: BLAS_LIBRARIES, XEINSUM_CBLAS_LIBRARY (nothing, where the BLAS holds it itself).
include(CheckCXXSourceCompiles)

set(XEINSUM_BLAS "" CACHE STRING "One BLAS of those that Debian and Ubuntu install side by side: openblas-pthread, openblas-openmp, openblas-serial, blis or reference. \
Empty: what BLA_VENDOR names, OpenBLAS unless it is set")
set_property(CACHE XEINSUM_BLAS PROPERTY STRINGS "" openblas-pthread openblas-openmp openblas-serial blis reference)

if(XEINSUM_BLAS)
  # name: library, package, folders
  set(known_openblas-pthread openblas libopenblas-pthread-dev openblas-pthread)
  set(known_openblas-openmp openblas libopenblas-openmp-dev openblas-openmp)
  set(known_openblas-serial openblas libopenblas-serial-dev openblas-serial)
  set(known_blis blis libblis-openmp-dev blis-openmp blis-pthread blis-serial)
  set(known_reference blas libblas-dev blas)
  if(NOT DEFINED known_${XEINSUM_BLAS})
    get_property(names CACHE XEINSUM_BLAS PROPERTY STRINGS)
    message(FATAL_ERROR "XEINSUM_BLAS is '${XEINSUM_BLAS}'; it must be one of${names}, or empty")
  endif()
  set(folders ${known_${XEINSUM_BLAS}})
  list(POP_FRONT folders library package)
  list(TRANSFORM folders PREPEND /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/)
  find_library(XEINSUM_BLAS_${XEINSUM_BLAS} ${library} PATHS ${folders} NO_DEFAULT_PATH DOC "The BLAS ${XEINSUM_BLAS}")
  mark_as_advanced(XEINSUM_BLAS_${XEINSUM_BLAS})
  if(NOT XEINSUM_BLAS_${XEINSUM_BLAS})
    list(JOIN folders " or " folders)
    message(FATAL_ERROR "XEINSUM_BLAS is ${XEINSUM_BLAS}, but no lib${library}.so is in ${folders}: install ${package}, or name another BLAS by BLA_VENDOR")
  endif()
  set(BLAS_LIBRARIES ${XEINSUM_BLAS_${XEINSUM_BLAS}})
else()
  if(NOT DEFINED BLA_VENDOR)
    set(BLA_VENDOR OpenBLAS)
  endif()
  find_package(BLAS REQUIRED)
endif()

# Most BLAS libraries hold the C interface themselves; a reference one may keep it in a library of its own.
set(CMAKE_REQUIRED_LIBRARIES ${BLAS_LIBRARIES})
check_cxx_source_compiles("extern \"C\" void cblas_dgemm(); int main() { cblas_dgemm(); }" XEINSUM_BLAS_HAS_CBLAS)
unset(CMAKE_REQUIRED_LIBRARIES)

set(XEINSUM_CBLAS_LIBRARY "")
if(NOT XEINSUM_BLAS_HAS_CBLAS)
  find_library(XEINSUM_CBLAS_PATH cblas REQUIRED DOC "The C interface of the BLAS")
  set(XEINSUM_CBLAS_LIBRARY ${XEINSUM_CBLAS_PATH})
endif()
