# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# Configures, builds and runs PROJECT in WORK, with xeinsum installed from XEINSUM_BUILD or added from XEINSUM_SOURCE.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGV}\nfailed:\n${output}")
  endif()
  # Whoever includes the library meets no warning of it.
  if(output MATCHES "warning:")
    message(FATAL_ERROR "${ARGV}\nwarned:\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
if(KIND STREQUAL "pkgconfig")
  run(${CMAKE_COMMAND} --install ${XEINSUM_BUILD} --prefix ${WORK}/prefix)
  # It can be moved.
  file(RENAME ${WORK}/prefix ${WORK}/moved)
  file(GLOB_RECURSE file ${WORK}/moved/*/xeinsum.pc)
  get_filename_component(folder "${file}" DIRECTORY)
  set(ENV{PKG_CONFIG_PATH} ${folder})
  execute_process(COMMAND pkg-config --cflags --libs xeinsum RESULT_VARIABLE status OUTPUT_VARIABLE flags ERROR_VARIABLE problem)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "pkg-config knows no xeinsum: ${problem}")
  endif()
  separate_arguments(flags UNIX_COMMAND "${flags} ${FLAGS}")
  get_filename_component(libraries ${folder} DIRECTORY)
  run(${COMPILER} -std=c++20 ${PROJECT}/xeinsum_consumer.cpp -o ${WORK}/xeinsum_consumer ${flags} -Wl,-rpath,${libraries})
  run(${WORK}/xeinsum_consumer)
  return()
endif()
set(found)
set(build_type Release)
if(KIND STREQUAL "installed")
  run(${CMAKE_COMMAND} --install ${XEINSUM_BUILD} --prefix ${WORK}/prefix)
  set(found -DCMAKE_PREFIX_PATH=${WORK}/prefix)
else()
  set(found -DXEINSUM_SOURCE=${XEINSUM_SOURCE})
  set(build_type Debug)  # what it runs does not matter, how long it takes does
endif()
run(${CMAKE_COMMAND} -S ${PROJECT} -B ${WORK}/build -DCMAKE_BUILD_TYPE=${build_type} -DCMAKE_CXX_COMPILER=${COMPILER}
    "-DCMAKE_CXX_FLAGS=${FLAGS}" ${found})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/xeinsum_consumer)
