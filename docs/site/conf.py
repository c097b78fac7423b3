# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) the xeinsum authors
"""The documentation site: the pages of docs/, and a reference from the headers' comments. docs/build.sh runs it."""
import os

project = "xeinsum"
author = "the xeinsum authors"
copyright = author
extensions = ["myst_parser", "breathe"]
myst_heading_anchors = 3
exclude_patterns = ["site"]
html_theme = "furo"
html_title = "xeinsum"
html_show_sphinx = False
html_static_path = ["static"]
html_js_files = ["dark.js"]
breathe_projects = {"xeinsum": os.environ["XEINSUM_DOXYGEN_XML"]}
breathe_default_project = "xeinsum"
breathe_show_include = False
