// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors

/// What LeakSanitizer is not to tell: LLVM's OpenMP keeps what it allocated for its threads.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:libomp\n"; }
