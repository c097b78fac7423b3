// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <span>

#include <xeinsum/execute.hpp>
#include <xeinsum/explain.hpp>
#include <xeinsum/plan.hpp>
#include <xeinsum/trace.hpp>
#include <xeinsum/subscripts.hpp>

#include "colours.hpp"
#include "commands.hpp"
#include "convert.hpp"
#include "errors.hpp"
#include "mapped_files.hpp"
#include "npy.hpp"
#include "npy_header.hpp"
#include "progress_bar.hpp"
#include "text_forms.hpp"

namespace xeinsum::cli
{
    namespace
    {
        /// The operands in their common dtype. A file that is named twice is read once, so that the library can
        /// see the same memory twice.
        std::vector<array> load(const std::vector<std::string>& paths)
        {
            std::map<std::string, array> files;
            for (const std::string& path : paths)
                if (!files.contains(path)) files.emplace(path, read_npy(path));
            std::vector<operand_dtype> types;
            for (const auto& [path, file] : files) types.push_back({file.type, file.lies.rank() == 0});
            const dtype common = promote(types);
            for (auto& [path, file] : files) file = convert(file, common);

            std::vector<array> operands;
            for (const std::string& path : paths) operands.push_back(files.at(path));
            return operands;
        }

        plan make_plan(equation subscripts, const std::vector<array>& operands, options how)
        {
            std::vector<extents> shapes;
            for (const array& x : operands)
            {
                shapes.push_back(x.lies.shape);
                how.layouts.push_back(x.lies);
                how.same.push_back(static_cast<std::size_t>(std::ranges::find(operands, x.data, &array::data) - operands.begin()));
            }
            how.type = operands[0].type;
            return plan(std::move(subscripts), std::move(shapes), std::move(how));
        }

        template <class T>
        void execute_into_file(const plan& p, const std::vector<array>& operands, const std::string& output, bool explained)
        {
            std::vector<const T*> data;
            for (const array& x : operands) data.push_back(x.as<T>());
            const auto count = static_cast<std::size_t>(p.result_layout().size());
            const auto result = std::make_unique_for_overwrite<T[]>(count);
            progress_bar bar("flop");
            execution<T> how;
            trace ran{p, {}, 0};
            ran.record.timed = true;
            if (explained) how.record = &ran.record;
            const auto start = std::chrono::steady_clock::now();
            if (bar.is_shown()) how.progress = [&](const execution_progress& now) { bar.show(now.flops, p.flops()); };
            execute<T>(p, data, result.get(), how);
            ran.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            require_unchanged_files();
            if (explained) print_explanation(to_text(ran));
            write_npy(output, dtype_of<T>(), p.result_shape(), std::as_bytes(std::span(result.get(), count)));
        }
    }

    void run(const run_request& asked)
    {
        options how{.path = parse_path(asked.path), .memory_limit = parse_bytes(asked.memory_limit), .threads = asked.threads};
        equation subscripts = parse(asked.subscripts);
        if (asked.inputs.empty()) throw usage_error("run: no operands; give one .npy file for each term of the subscripts");
        const std::vector<array> operands = load(asked.inputs);
        const plan p = make_plan(std::move(subscripts), operands, std::move(how));
        // Refuses a result that the file can't hold before any work is done.
        static_cast<void>(make_npy_header(p.how().type, p.result_shape()));
        visit_npy_dtype(p.how().type, [&]<class T>(type_tag<T>) { execute_into_file<T>(p, operands, asked.output, asked.explain); });
    }
}
