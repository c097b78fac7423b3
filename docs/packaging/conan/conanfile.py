# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
#
# UNTESTED: written after Conan 2's reference, never run. See docs/packaging/README.md.
from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout


class XeinsumRecipe(ConanFile):
    name = "xeinsum"
    version = "0.1.0"
    license = "BSD-3-Clause"
    description = "NumPy's einsum for xtensor, on BLAS"
    topics = ("einsum", "tensor", "blas", "xtensor")
    package_type = "library"
    settings = "os", "compiler", "build_type", "arch"
    options = {"shared": [True, False], "fPIC": [True, False], "with_openmp": [True, False], "with_command": [True, False]}
    default_options = {"shared": False, "fPIC": True, "with_openmp": True, "with_command": False}
    exports_sources = "CMakeLists.txt", "CMakePresets.json", "LICENSE", "include/*", "src/*"

    def requirements(self):
        self.requires("xtensor/0.24.7", transitive_headers=True)
        self.requires("openblas/0.3.27")
        self.requires("nlohmann_json/3.11.3")
        if self.options.with_command:
            self.requires("cli11/2.4.2")

    def validate(self):
        check_min_cppstd(self, 20)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        toolchain.variables["XEINSUM_BUILD_TESTS"] = False
        toolchain.variables["XEINSUM_BUILD_EXAMPLES"] = False
        toolchain.variables["XEINSUM_BUILD_CLI"] = bool(self.options.with_command)
        toolchain.variables["XEINSUM_OPENMP"] = bool(self.options.with_openmp)
        toolchain.variables["XEINSUM_LIBXSMM"] = False
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "xeinsum")
        self.cpp_info.set_property("cmake_target_name", "xeinsum::xeinsum")
        self.cpp_info.libs = ["xeinsum"]
        if not self.options.shared:
            self.cpp_info.defines = ["XEINSUM_STATIC_DEFINE"]
        if self.options.with_openmp and self.settings.os == "Linux":
            self.cpp_info.system_libs = ["gomp" if self.settings.compiler == "gcc" else "omp"]
