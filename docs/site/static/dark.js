// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
//
// The theme as packaged knows dark colours only where it is told "dark": what the reader's system prefers is told here.
document.addEventListener("DOMContentLoaded", () => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  if (dark && document.body.dataset.theme === "auto") document.body.dataset.theme = "dark";
});
