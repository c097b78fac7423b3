// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "labels.hpp"

#include <string_view>

#include "errors.hpp"
#include "file_content.hpp"

namespace xeinsum::cli
{
    std::vector<std::string> read_labels(const std::string& path, std::int64_t count, const std::string& matrix)
    {
        const file_content file = read_file(path);
        std::string_view rest(reinterpret_cast<const char*>(file.data.get()), file.size);
        std::vector<std::string> labels;
        while (!rest.empty())
        {
            const std::size_t end = rest.find('\n');
            std::string_view line = rest.substr(0, end);
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
            if (line.ends_with('\r')) line.remove_suffix(1);
            labels.emplace_back(line);
        }
        if (static_cast<std::int64_t>(labels.size()) != count)
            throw usage_error("cosine: " + path + " has " + std::to_string(labels.size()) + (labels.size() == 1 ? " line, but " : " lines, but ") + matrix + " has " +
                              std::to_string(count) + (count == 1 ? " row" : " rows") + "; one name for each is needed");
        return labels;
    }

    std::string name_of(const std::vector<std::string>& labels, std::int64_t row)
    {
        return labels.empty() ? std::to_string(row) : labels[static_cast<std::size_t>(row)];
    }
}
