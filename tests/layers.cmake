# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# The layers, lowest first: a file includes only what stands in its own line or above. Checked over the #include
# lines of include/ and src/; called with -DROOT=<source folder>.
set(layers
  "export scaling stop_condition detail/huge_pages workspace detail/arithmetic detail/factor detail/memory_range detail/fixed_string detail/fixed_vector detail/short_vector detail/small_vector detail/shared_result detail/tiny detail/loop_nest detail/generic_loop detail/small_product detail/utf8"
  "error dtype equation subscripts detail/tiny_program detail/tiny_run detail/fixed detail/subscripts_source"
  "roles kernel"
  "layout binding path plan detail/constants detail/kept_plans"
  "execution execute detail/executor detail/generic_engine explain trace version"
  "similarity_search"
  "detail/xtensor_headers detail/operands detail/operand_memory detail/tiny_operands detail/fixed_operands detail/einsums_within detail/combination detail/combination_assignment detail/planning detail/plan_call expression bound_plan"
  "einsum"
  "similarity"
  "xeinsum")

set(level 0)
foreach(layer IN LISTS layers)
  separate_arguments(names UNIX_COMMAND "${layer}")
  foreach(name IN LISTS names)
    set(level_of_${name} ${level})
  endforeach()
  math(EXPR level "${level} + 1")
endforeach()
set(level_of_src/subscripts ${level_of_subscripts})
set(level_of_src/path ${level_of_path})
set(level_of_src/plan ${level_of_plan})
set(level_of_src/execute ${level_of_execute})
set(level_of_src/explain ${level_of_explain})
set(level_of_src/similarity ${level_of_similarity_search})
set(level_of_src/cli ${level})

function(check file name)
  if(NOT DEFINED level_of_${name})
    message(SEND_ERROR "${file}: belongs to no layer; give it a place in tests/layers.cmake")
    return()
  endif()
  set(own ${level_of_${name}})
  file(STRINGS ${ROOT}/${file} lines REGEX "^ *# *include")
  foreach(line IN LISTS lines)
    if(line MATCHES "<xeinsum/(.*)\\.hpp>")
      set(other ${CMAKE_MATCH_1})
      if(NOT DEFINED level_of_${other})
        message(SEND_ERROR "${file}: includes ${other}, which belongs to no layer")
      elseif(level_of_${other} GREATER own)
        message(SEND_ERROR "${file}: includes ${other}, which lies above it")
      endif()
    elseif(line MATCHES "\"\\.\\./([a-z]+)/")
      set(other src/${CMAKE_MATCH_1})
      if(NOT DEFINED level_of_${other})
        message(SEND_ERROR "${file}: includes ${other}, which belongs to no layer")
      elseif(level_of_${other} GREATER own)
        message(SEND_ERROR "${file}: includes ${other}, which lies above it")
      endif()
    elseif(line MATCHES "<xtensor/" AND NOT name STREQUAL "detail/xtensor_headers" AND NOT name STREQUAL "src/cli")
      message(SEND_ERROR "${file}: names a header of xtensor's; only detail/xtensor_headers.hpp does")
    elseif(line MATCHES "<xtensor-blas/|<xflens/" AND NOT name STREQUAL "src/execute")
      message(SEND_ERROR "${file}: includes xtensor-blas; only src/execute does")
    endif()
  endforeach()
endfunction()

file(GLOB_RECURSE headers RELATIVE ${ROOT} ${ROOT}/include/xeinsum/*.hpp)
foreach(file IN LISTS headers)
  string(REGEX REPLACE "^include/xeinsum/(.*)\\.hpp$" "\\1" name ${file})
  check(${file} ${name})
endforeach()
file(GLOB_RECURSE sources RELATIVE ${ROOT} ${ROOT}/src/*.cpp ${ROOT}/src/*.hpp)
foreach(file IN LISTS sources)
  string(REGEX REPLACE "^(src/[^/]*)/.*$" "\\1" name ${file})
  check(${file} ${name})
endforeach()
list(LENGTH headers header_count)
list(LENGTH sources source_count)
if(header_count LESS 20 OR source_count LESS 15)
  message(SEND_ERROR "only ${header_count} headers and ${source_count} sources found under ${ROOT}")
endif()
message(STATUS "${header_count} headers and ${source_count} sources checked")
