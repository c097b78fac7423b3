// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "command_line.hpp"

#include <cstddef>
#include <exception>
#include <new>
#include <span>
#include <utility>
#include <variant>

#include <CLI/CLI.hpp>

#include <xeinsum/error.hpp>
#include <xeinsum/version.hpp>

#include "arguments.hpp"
#include "errors.hpp"
#include "standard_output.hpp"

namespace xeinsum::cli
{
    namespace
    {
        /// Where CLI11 puts what it parsed.
        struct requests
        {
            run_request run;
            explain_request explain;
            cosine_request cosine;
        };

        CLI::App& declare(CLI::App& app, const std::string& name, const std::string& description, const std::string& examples)
        {
            CLI::App& command = *app.add_subcommand(name, description);
            command.footer(examples);
            return command;
        }

        void declare_subscripts(CLI::App& command, std::string& subscripts)
        {
            command.add_option("SUBSCRIPTS", subscripts, "What to sum, in NumPy's notation: 'ij,jk->ik'")->required()->type_name("");
        }

        CLI::Option* declare_list(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                                  const std::string& description)
        {
            return command.add_option(name, values, description)->type_name("");
        }

        CLI::Option* declare_output(CLI::App& command, std::string& output, const std::string& name,
                                    const std::string& description)
        {
            const auto complaint = [](const std::string& path) { return std::string(path.empty() ? "the file name is empty" : ""); };
            return command.add_option("-o,--output", output, description)->type_name(name)->check(complaint);
        }

        void declare_path(CLI::App& command, std::string& path)
        {
            command.add_option("--path", path, "Order of the products: auto, left, greedy, random-greedy, optimal, or a path as \"(0,1),(0,1)\" or \"[[0,1],[0,1]]\"")
                ->type_name("PATH")->capture_default_str();
        }

        void declare_memory_limit(CLI::App& command, std::string& limit)
        {
            command.add_option("--memory-limit", limit, "Bytes that the contraction may take for itself, as 512MiB (B, KiB to TiB, kB to TB); it runs in slices if it must; or none")
                ->type_name("BYTES")->capture_default_str();
        }

        /// CLI11 takes an empty text for no number at all.
        std::string not_empty(const std::string& text) { return text.empty() ? "a number is right, '' is none" : ""; }

        void declare_threads(CLI::App& command, std::size_t& threads)
        {
            command.add_option("--threads", threads, "Threads of a step; 0: XEINSUM_NUM_THREADS, or one for each CPU")
                ->type_name("N")->check(CLI::Range(0, 4096))->capture_default_str();
        }

        void declare_run(CLI::App& app, run_request& asked)
        {
            CLI::App& command = declare(app, "run", "Contract .npy files into one",
                                        "Examples:\n"
                                        "  $ xeinsum run 'ij,jk->ik' a.npy b.npy -o product.npy\n");
            declare_subscripts(command, asked.subscripts);
            declare_list(command, "IN.npy", asked.inputs, "The operands, one for each term");
            declare_output(command, asked.output, "OUT.npy", "The result; appears whole or not at all")->required();
            declare_path(command, asked.path);
            declare_memory_limit(command, asked.memory_limit);
            declare_threads(command, asked.threads);
            command.add_flag("--explain", asked.explain, "Print the plan that ran, and how long each step took");
        }

        void declare_explain(CLI::App& app, explain_request& asked)
        {
            CLI::App& command = declare(app, "explain", "Show how a contraction would run",
                                        "Examples: a product of three matrices; a scalar times a vector; slices in little memory\n"
                                        "  $ xeinsum explain 'ij,jk,kl->il' 10x200 200x30 30x5\n"
                                        "  $ xeinsum explain ',i->i' - 100 --dtype f32\n"
                                        "  $ xeinsum explain 'ab,bc,cd->ad' 2000x9 9x2000 2000x9 --memory-limit 1MiB --format json\n");
            declare_subscripts(command, asked.subscripts);
            declare_list(command, "SHAPE", asked.shapes, "The operands' shapes, as 100x700; a scalar is -");
            command.add_option("--dtype", asked.type, "f32, f64, c64, c128, i8 to i64, u8 to u64, bool, or NumPy's name")
                ->type_name("DTYPE")->capture_default_str();
            declare_path(command, asked.path);
            declare_memory_limit(command, asked.memory_limit);
            declare_threads(command, asked.threads);
            command.add_flag("--same", asked.same, "Operands of one shape are one tensor: a matrix times its own transpose is half the work");
            command.add_option("--format", asked.format, "text, json, svg (a picture) or html (a page of pictures and text)")->type_name("FORMAT")->check(CLI::IsMember({"text", "json", "svg", "html"}))->capture_default_str();
            declare_output(command, asked.output, "FILE", "Write a file instead of standard output");
        }

        void declare_cosine(CLI::App& app, cosine_request& asked)
        {
            CLI::App& command = declare(app, "cosine", "Cosine similarity of rows: all of them, the nearest ones, or pairs above a threshold",
                                        "Examples: all similarities; the ten words nearest to each, printed; the same as files; near duplicates; a picture\n"
                                        "  $ xeinsum cosine queries.npy words.npy -o similarity.npy\n"
                                        "  $ xeinsum cosine words.npy --top-k 10 --leave-out-self --labels words.txt\n"
                                        "  $ xeinsum cosine words.npy --top-k 10 -o scores.npy --indices indices.npy\n"
                                        "  $ xeinsum cosine words.npy --threshold 0.95 --labels words.txt\n"
                                        "  $ xeinsum cosine words.npy --heatmap words.svg --labels words.txt\n");
            declare_list(command, "X.npy", asked.inputs,
                         "A matrix, one vector a row; with a second one, Y.npy, rows of X are compared with rows of Y")->required();
            declare_output(command, asked.output, "S.npy", "The matrix of similarities; with --top-k the scores; with --threshold a text file of pairs");
            command.add_option("--top-k", asked.top_k, "The K nearest rows of each row of X, printed unless -o or --indices is given")->type_name("K")->check(not_empty);
            command.add_option("--indices", asked.indices, "With --top-k: the nearest rows' numbers")->type_name("I.npy");
            command.add_flag("--leave-out-self", asked.leave_out_self, "With --top-k and one file: no row is a neighbour of its own");
            command.add_option("--threshold", asked.threshold, "All pairs of at least this similarity, as lines \"row column score\"")->type_name("T")->check(not_empty);
            command.add_option("--labels", asked.labels, "Names of the rows that are found, one a line: printed in place of numbers")->type_name("TEXT");
            command.add_option("--query-labels", asked.query_labels, "The same for the rows of X.npy, where there are two files")->type_name("TEXT");
            command.add_option("--heatmap", asked.heatmap, "A picture of the matrix, for up to 500 rows")->type_name("OUT.svg");
            command.add_option("--eps", asked.eps, "Smallest norm to divide by")->type_name("NUMBER")->check(not_empty)->capture_default_str();
            command.add_option("--undefined", asked.undefined, "Similarity with a zero row: zero, nan, or error, which refuses rows with NaN or Inf, too")
                ->type_name("POLICY")->check(CLI::IsMember({"zero", "nan", "error"}))->capture_default_str();
            command.add_flag("--clamp", asked.clamp, "Put what rounding carries beyond [-1, 1] back");
            declare_threads(command, asked.threads);
            command.add_flag("--quiet", asked.quiet, "No progress bar");
        }

        void declare_all(CLI::App& app, requests& asked)
        {
            app.set_version_flag("--version", "xeinsum " + version());
            app.footer("Examples:\n  $ xeinsum explain 'bc,cd->bd' 100x700 700x100\n");
            declare_run(app, asked.run);
            declare_explain(app, asked.explain);
            declare_cosine(app, asked.cosine);
            declare(app, "info", "Show versions, the BLAS, the CPU, the library's own kernels, and threads", "Examples:\n  $ xeinsum info\n");
        }

        const CLI::App* find_command(const CLI::App& app, const std::string& name)
        {
            for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
                if (command->get_name() == name) return command;
            return nullptr;
        }

        /// The list behind the first positionals of a command, which CLI11 counted. It is not taken from CLI11,
        /// to which a positional "[3,4]" is a list of two.
        std::vector<std::string> rest_of(const sorted_arguments& sorted, std::size_t first)
        {
            return {sorted.positionals.begin() + static_cast<std::ptrdiff_t>(first), sorted.positionals.end()};
        }

        /// Throws CLI::ParseError, which --help and --version are too.
        void parse(CLI::App& app, requests& asked, const std::vector<std::string>& arguments)
        {
            const CLI::App* command = find_command(app, arguments.front());
            if (!command && !arguments.front().starts_with('-'))
                throw usage_error("unknown command '" + arguments.front() + "'; run, explain, cosine and info are known");
            if (!command) return app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));

            const sorted_arguments sorted = sort_arguments(*command, std::span(arguments).subspan(1));
            std::vector<std::string> ordered = {arguments.front()};
            ordered.insert(ordered.end(), sorted.options.begin(), sorted.options.end());
            ordered.emplace_back("--");
            ordered.insert(ordered.end(), sorted.positionals.begin(), sorted.positionals.end());
            // CLI11 takes a vector from its end.
            app.parse(std::vector<std::string>(ordered.rbegin(), ordered.rend()));
            if (command->get_name() == "run") asked.run.inputs = rest_of(sorted, 1);
            if (command->get_name() == "explain") asked.explain.shapes = rest_of(sorted, 1);
            if (command->get_name() == "cosine") asked.cosine.inputs = rest_of(sorted, 0);
        }

        /// What CLI11 did not know what to do with, without the "--" that was put in for it.
        std::string unexpected(const CLI::App& app)
        {
            std::string text;
            for (const std::string& argument : app.remaining(true))
                if (argument != "--") text.append(text.empty() ? "unexpected argument: " : " ").append(argument);
            return text;
        }

        [[noreturn]] void refuse(const std::string& what, const CLI::App* command)
        {
            throw usage_error(what + "; see xeinsum " + (command ? command->get_name() + " " : "") + "--help");
        }

        request no_command(const CLI::App& app) { return text_request{app.help(), "a command is needed: run, explain, cosine or info"}; }

        /// What is to be done once the arguments are parsed.
        request chosen(const CLI::App& app, requests& asked)
        {
            if (app.got_subcommand("run")) return std::move(asked.run);
            if (app.got_subcommand("explain")) return std::move(asked.explain);
            if (app.got_subcommand("cosine")) return std::move(asked.cosine);
            if (app.got_subcommand("info")) return info_request{};
            return no_command(app);
        }

        void obey(const text_request& asked)
        {
            print(asked.text);
            if (!asked.complaint.empty()) throw usage_error(asked.complaint);
        }

        void obey(const run_request& asked) { run(asked); }
        void obey(const explain_request& asked) { explain(asked); }
        void obey(const cosine_request& asked) { cosine(asked); }
        void obey(const info_request&) { info(); }

        int fail(int status, std::string_view message)
        {
            print_error(message);
            return status;
        }
    }

    request parse_command_line(const std::vector<std::string>& arguments)
    {
        CLI::App app("Einstein summation of NumPy arrays on BLAS", "xeinsum");
        requests asked;
        declare_all(app, asked);
        if (arguments.empty()) return no_command(app);
        try
        {
            parse(app, asked, arguments);
        }
        catch (const CLI::CallForVersion& version)
        {
            return text_request{std::string(version.what()) + "\n", {}};
        }
        catch (const CLI::Success&)
        {
            return text_request{app.help(), {}};
        }
        catch (const CLI::ExtrasError&)
        {
            refuse(unexpected(app), find_command(app, arguments.front()));
        }
        catch (const CLI::ParseError& e)
        {
            refuse(e.what(), find_command(app, arguments.front()));
        }
        return chosen(app, asked);
    }

    int run_command_line(const std::vector<std::string>& arguments) noexcept
    {
        try
        {
            std::visit([](const auto& asked) { obey(asked); }, parse_command_line(arguments));
            return 0;
        }
        catch (const usage_error& e) { return fail(2, e.what()); }
        catch (const subscript_error& e) { return fail(2, e.what()); }
        catch (const shape_error& e) { return fail(2, e.what()); }
        catch (const std::bad_alloc&) { return fail(1, "not enough memory"); }
        catch (const std::exception& e) { return fail(1, e.what()); }
        catch (...) { return fail(1, "unknown error"); }
    }
}
