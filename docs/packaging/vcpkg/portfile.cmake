# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# UNTESTED: written after vcpkg's reference, never run. See docs/packaging/README.md. For an overlay port beside a checkout of
# the sources; a registry fetches a release instead.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

vcpkg_check_features(OUT_FEATURE_OPTIONS FEATURE_OPTIONS FEATURES command XEINSUM_BUILD_CLI)
vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS ${FEATURE_OPTIONS} -DXEINSUM_BUILD_TESTS=OFF -DXEINSUM_BUILD_EXAMPLES=OFF -DXEINSUM_LIBXSMM=OFF -DXEINSUM_INSTALL=ON)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/xeinsum)
vcpkg_fixup_pkgconfig()
if("command" IN_LIST FEATURES)
  vcpkg_copy_tools(TOOL_NAMES xeinsum AUTO_CLEAN)
endif()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
