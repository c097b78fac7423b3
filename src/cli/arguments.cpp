// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include "arguments.hpp"

#include <string_view>

#include <CLI/CLI.hpp>

#include "errors.hpp"

namespace xeinsum::cli
{
    namespace
    {
        /// The name in `--path`, `--path=auto`, `-o` or `-oFILE`.
        std::string option_name(const std::string& argument)
        {
            return argument.starts_with("--") ? argument.substr(0, argument.find('=')) : argument.substr(0, 2);
        }

        class sorter
        {
        public:
            sorter(const CLI::App& command, std::span<const std::string> rest)
                : m_command(command), m_takes_subscripts(command.get_option_no_throw("SUBSCRIPTS") != nullptr), m_rest(rest)
            {
            }

            sorted_arguments run()
            {
                while (!m_rest.empty())
                {
                    const std::string argument = next();
                    if (argument == "--") break;
                    if (is_positional(argument)) m_sorted.positionals.push_back(argument);
                    else take_option(argument);
                }
                m_sorted.positionals.insert(m_sorted.positionals.end(), m_rest.begin(), m_rest.end());
                return m_sorted;
            }

        private:
            std::string next()
            {
                std::string first = m_rest.front();
                m_rest = m_rest.subspan(1);
                return first;
            }

            bool is_positional(const std::string& argument) const
            {
                // A word such as -2x3 is a shape that is wrong, not an option.
                const bool number = argument.size() > 1 && argument[1] >= '0' && argument[1] <= '9';
                if (!argument.starts_with('-') || argument == "-" || number) return true;
                if (argument.starts_with("--") || m_command.get_option_no_throw(option_name(argument)) != nullptr) return false;
                return m_takes_subscripts && m_sorted.positionals.empty();
            }

            /// CLI11 takes for a positional, dashes and all, what can't be an option's name.
            static bool is_no_name(const std::string& argument)
            {
                return std::string_view("-! \n").find(argument[argument.starts_with("--") ? 2 : 1]) != std::string_view::npos;
            }

            void take_option(const std::string& argument)
            {
                const std::string name = option_name(argument);
                const CLI::Option* const option = m_command.get_option_no_throw(name);
                if (option == nullptr && is_no_name(argument))
                    throw usage_error("unexpected argument: " + argument + "; see xeinsum " + m_command.get_name() + " --help");
                const bool takes_value = option != nullptr && option->get_items_expected_min() > 0;
                // CLI11 takes the argument behind "--output=" for its value.
                if (takes_value && argument == name + "=")
                {
                    m_sorted.options.insert(m_sorted.options.end(), {name, ""});
                    return;
                }
                m_sorted.options.push_back(argument);
                if (!takes_value || argument != name) return;
                if (m_rest.empty()) throw usage_error(name + " needs a value; see xeinsum " + m_command.get_name() + " --help");
                m_sorted.options.push_back(next());
            }

            const CLI::App& m_command;
            bool m_takes_subscripts;
            std::span<const std::string> m_rest;
            sorted_arguments m_sorted;
        };
    }

    sorted_arguments sort_arguments(const CLI::App& command, std::span<const std::string> arguments)
    {
        return sorter(command, arguments).run();
    }
}
