// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <xeinsum/explain.hpp>
#include <xeinsum/subscripts.hpp>

#include "../plan/blocks.hpp"
#include "../subscripts/rendering.hpp"
#include "wording.hpp"

namespace xeinsum
{
    namespace
    {
        using json = nlohmann::ordered_json;
        using integer_terms = std::vector<std::vector<label>>;

        // --- to JSON -------------------------------------------------------------------------------------------------

        /// JSON has no infinity: null is beyond what a double holds.
        json number(double x) { return std::isfinite(x) ? json(x) : json(nullptr); }

        /// `...` is written as such among integers.
        json labels(std::span<const label> term)
        {
            json list = json::array();
            for (const label l : term) list.push_back(l == ellipsis ? json("...") : json(l));
            return list;
        }

        std::string names(const bound_equation& e, const label_ids& ids)
        {
            std::string text;
            for (const label_id id : ids)
            {
                const bool apart = e.kind == label_kind::integers || e.names[id] < 0;
                if (apart && !text.empty()) text += ' ';
                text += e.name(id);
            }
            return text;
        }

        json call_to_json(const detail::wording& words, const step& s)
        {
            const blas_call& c = *s.call;
            return {{"text", words.call(s, c)}, {"column_major", c.column_major}, {"transpose_left", c.transpose_left}, {"transpose_right", c.transpose_right},
                    {"conjugate_left", c.conjugate_left}, {"conjugate_right", c.conjugate_right}, {"m", c.m}, {"n", c.n}, {"k", c.k},
                    {"steps", c.steps}, {"times", call_count(s)}};
        }

        /// Every label of a step with its role, and what that makes of it.
        json labels_to_json(const plan& p, const detail::wording& words, const step& s)
        {
            json list = json::array();
            for (const label_id id : detail::wording::labels(s))
                list.push_back({{"label", p.bound().name(id)}, {"extent", words.size(id)}, {"role", to_string(detail::wording::role_in(s, id))}, {"looped", detail::wording::is_looped(s, id)}});
            return list;
        }

        json step_to_json(const plan& p, const step& s)
        {
            const detail::wording words(p);
            json inputs = json::array(), copied = json::array();
            constexpr std::array<const char*, 3> tensors = {"left", "right", "result"};
            std::int64_t elements = 0;
            std::string subscripts;
            for (std::size_t t = 0; t < s.inputs.size(); ++t)
            {
                const std::size_t slot = s.inputs[t];
                if (slot < p.shapes().size()) inputs.push_back({{"operand", slot}});
                else inputs.push_back({{"step", slot - p.shapes().size()}});
                subscripts.append(t == 0 ? "" : ",").append(names(p.bound(), s.tensors[t].labels));
            }
            for (const std::size_t t : {left_tensor, right_tensor, result_tensor})
            {
                if (s.tensors[t].copied) copied.push_back(tensors[t]);
                elements += detail::copied_elements(s, t);
            }
            const tensor_use& made = s.tensors[result_tensor];
            json result = {{"inputs", inputs},
                           {"subscripts", subscripts + "->" + names(p.bound(), made.labels)},
                           {"kernel", to_string(s.op)},
                           {"labels", labels_to_json(p, words, s)},
                           {"runs_on", s.tiles ? "tiles" : !s.call ? "loops" : s.call->small ? "libxsmm" : "blas"},
                           {"flops", number(s.price.flops)},
                           {"size", number(s.price.size)},
                           {"least_bytes", number(words.least_bytes(s))},
                           {"intensity", number(words.intensity(s))},
                           {"bound", words.is_compute_bound(s) ? "compute" : "memory"},
                           {"shape", made.lies.shape},
                           {"copied", copied},
                           {"bytes_copied", static_cast<std::size_t>(elements) * p.element_bytes()},
                           {"bytes_packed", static_cast<std::size_t>(packed_elements(s)) * p.element_bytes()},
                           {"threads", s.threads.pieces},
                           {"sliced", s.sliced}};
            if (s.call) result["call"] = call_to_json(words, s);
            return result;
        }

        json slice_to_json(const plan& p, const slice_axis& s)
        {
            return {{"label", p.bound().name(s.label)}, {"extent", s.extent}, {"chunk", s.chunk}, {"summed", s.summed}};
        }

        json to_document(const plan& p)
        {
            const options& how = p.how();
            json text = {{"subscripts", to_string(p.equation())}};
            if (p.equation().kind() == label_kind::integers)
            {
                for (std::size_t i = 0; i < p.equation().operand_count(); ++i) text["inputs"].push_back(labels(p.equation().term(i)));
                text["output"] = labels(p.equation().output());
            }
            text["shapes"] = p.shapes();
            text["dtype"] = to_string(how.type);
            text["path"] = p.path();
            text["flops"] = number(p.flops());
            text["naive_flops"] = number(p.naive_flops());
            text["largest_intermediate"] = number(p.largest_intermediate());
            text["peak_memory"] = p.peak_memory();
            text["bytes_moved"] = number(p.bytes_moved());
            text["slicing_overhead"] = number(p.slicing_overhead());
            text["slices"] = json::array();
            for (const slice_axis& s : p.slices()) text["slices"].push_back(slice_to_json(p, s));
            text["steps"] = json::array();
            for (const step& s : p.steps()) text["steps"].push_back(step_to_json(p, s));

            json settings = {{"broadcast", how.broadcast}, {"threads", how.threads}, {"lowering", to_string(how.lowering)}, {"scaled", how.scaled}};
            settings["memory_limit"] = how.memory_limit ? json(*how.memory_limit) : json(nullptr);
            settings["strides"] = json::array();
            for (const layout& lies : how.layouts) settings["strides"].push_back(lies.strides);
            settings["result_strides"] = p.result_layout().strides;
            if (!how.conjugated.empty()) settings["conjugated"] = how.conjugated;
            if (!how.same.empty()) settings["same"] = how.same;
            if (how.type == dtype::other) settings["element_bytes"] = how.element_bytes;
            text["options"] = settings;
            return text;
        }

        // --- from JSON -----------------------------------------------------------------------------------------------

        [[noreturn]] void fail(const std::string& what) { throw std::invalid_argument("plan_from_json: " + what); }

        template <class T>
        std::string_view right_kind()
        {
            if constexpr (std::is_same_v<T, json>) return "an object is right";
            else if constexpr (std::is_same_v<T, std::string>) return "a text is right";
            else if constexpr (std::is_same_v<T, bool>) return "true or false is right";
            else if constexpr (std::is_integral_v<T>) return "an integer is right";
            else if constexpr (std::is_same_v<T, std::vector<bool>>) return "a list of true and false is right";
            else if constexpr (std::is_integral_v<typename T::value_type>) return "a list of integers is right";
            else return "a list of lists of integers is right";
        }

        /// Whether a member is there, and not null.
        bool is_given(const json& from, const std::string& name) { return from.contains(name) && !from[name].is_null(); }

        /// A member of that type; the default where it is missing or null.
        template <class T>
        T member(const json& from, const std::string& name, const T& otherwise)
        {
            if (!is_given(from, name)) return otherwise;
            try
            {
                return from[name].get<T>();
            }
            catch (const json::exception&)
            {
                fail(("'" + name + "' is " + from[name].dump().substr(0, 80) + "; ").append(right_kind<T>()));
            }
        }

        template <class T>
        T required(const json& from, const std::string& name)
        {
            if (!is_given(from, name)) fail("'" + name + "' is missing");
            return member<T>(from, name, T());
        }

        constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

        /// What the library reads from text would wrap around.
        bool is_beyond_64_bits(const json& x) { return x.is_number_unsigned() && x.get<std::uint64_t>() > most; }

        /// A label; the number that stands for an ellipsis within the library is none.
        bool is_label(const json& x) { return x.is_number_integer() && !is_beyond_64_bits(x) && x.get<label>() != ellipsis; }

        std::vector<label> labels_from(const json& list, const std::string& name)
        {
            std::vector<label> result;
            if (!list.is_array()) fail("'" + name + "' is " + list.dump().substr(0, 80) + "; lists of integers are right");
            for (const json& l : list)
            {
                if (is_label(l)) result.push_back(l.get<label>());
                else if (l == "...") result.push_back(ellipsis);
                else fail("'" + name + "' has " + l.dump().substr(0, 80) + " among its labels; integers from 0 to 2^63 - 1 and \"...\" are right");
            }
            return result;
        }

        equation equation_from(const json& from)
        {
            if (!from.contains("inputs"))
            {
                if (from.contains("output")) fail("'output' is there, but no 'inputs'; integer labels need both, 'subscripts' neither");
                return parse(required<std::string>(from, "subscripts"));
            }
            integer_terms inputs;
            for (const json& term : required<json>(from, "inputs")) inputs.push_back(labels_from(term, "inputs"));
            const equation e = from.contains("output") ? equation(inputs, labels_from(from["output"], "output")) : equation(inputs);
            const auto said = member<std::string>(from, "subscripts", to_string(e));
            if (said != to_string(e)) fail("'subscripts' is \"" + said.substr(0, 80) + "\", but 'inputs' and 'output' say \"" + to_string(e).substr(0, 80) + "\"; leave it out, or make them agree");
            return e;
        }

        /// Throws for a member that to_json() does not write: what is misspelt would be missed in silence.
        void check_members(const json& from, const std::string& where, std::span<const std::string_view> known)
        {
            for (const auto& [name, value] : from.items())
            {
                if (std::ranges::find(known, name) != known.end()) continue;
                std::string names;
                for (const std::string_view k : known) names.append(names.empty() ? "" : ", ").append(k);
                const std::string shown = name.substr(0, 80);
                fail("'" + shown + "' is no member of " + where + "; " + names + " are known");
            }
        }

        /// Throws unless the operands that are named in `same` are there.
        void check_same(const std::vector<std::size_t>& same, std::size_t operands)
        {
            for (const std::size_t i : same)
                if (i >= operands) fail("'same' has " + std::to_string(i) + "; numbers of operands, 0 to " + std::to_string(operands - 1) + ", are right");
        }

        enum class range
        {
            counts,   ///< from 0 to 2^64 - 1
            extents,  ///< from 0 to 2^63 - 1
            strides   ///< from -2^63 to 2^63 - 1
        };

        bool is_in(range of, const json& x)
        {
            if (of == range::strides) return x.is_number_integer() && !is_beyond_64_bits(x);
            return x.is_number_unsigned() && (of == range::counts || !is_beyond_64_bits(x));
        }

        /// Throws unless all numbers in there are integers of that range.
        void check_integers(const json& value, const std::string& name, range of)
        {
            if (value.is_array())
                for (const json& x : value) check_integers(x, name, of);
            else if (!is_in(of, value))
                fail("'" + name + "' has " + value.dump().substr(0, 80) + (of == range::strides ? "; integers of 64 bits are right" : "; integers from 0 are right") +
                     (of == range::extents ? ", up to 2^63 - 1" : ""));
        }

        template <class T>
        T integers(const json& from, const std::string& name, const T& otherwise, range of = range::counts)
        {
            if (!is_given(from, name)) return otherwise;
            if (std::is_integral_v<T> || from[name].is_array()) check_integers(from[name], name, of);
            return member(from, name, otherwise);
        }

        /// A value of an enumeration, by its name.
        template <class Enum>
        Enum named(const json& from, const std::string& name, Enum otherwise, Enum last)
        {
            const auto said = member<std::string>(from, name, std::string(to_string(otherwise)));
            std::string known;
            for (int i = 0; i <= static_cast<int>(last); ++i)
            {
                const auto e = static_cast<Enum>(i);
                if (said == to_string(e)) return e;
                known.append(known.empty() ? "" : ", ").append(to_string(e));
            }
            fail("'" + name + "' is \"" + said + "\"; " + known + " are known");
        }

        /// Strides of a tensor of that shape, in which 64 bits hold every step; whether they fit the shape is for the plan to say.
        layout layout_of(const extents& shape, const extents& strides, const std::string& name)
        {
            std::int64_t reach = 0;
            for (std::size_t d = 0; d < std::min(shape.size(), strides.size()); ++d)
            {
                std::int64_t length = 0;
                const std::int64_t steps = std::max<std::int64_t>(0, shape[d] - 1);
                const bool too_far = __builtin_mul_overflow(strides[d], steps, &length) || length == std::numeric_limits<std::int64_t>::min() ||
                                     __builtin_add_overflow(reach, length < 0 ? -length : length, &reach);
                if (too_far) fail("'" + name + "' has strides that take a tensor of shape " + to_string(shape) + " beyond what 64 bits hold");
            }
            return {shape, strides};
        }

        options options_from(const json& from, const std::vector<extents>& shapes)
        {
            options how;
            how.type = named(from, "dtype", dtype::float64, dtype::other);
            if (is_given(from, "path")) how.path = integers(from, "path", contraction_path());
            const json settings = member<json>(from, "options", json::object());
            if (!settings.is_object()) fail(("'options' is " + settings.dump().substr(0, 80) + "; ").append(right_kind<json>()));
            constexpr std::array<std::string_view, 10> known = {"broadcast", "threads", "lowering", "scaled", "memory_limit", "strides", "result_strides", "conjugated", "same", "element_bytes"};
            check_members(settings, "'options'", known);
            how.broadcast = member(settings, "broadcast", how.broadcast);
            how.threads = integers(settings, "threads", how.threads);
            how.lowering = named(settings, "lowering", how.lowering, lowering_strategy::loops);
            how.scaled = member(settings, "scaled", how.scaled);
            how.element_bytes = integers(settings, "element_bytes", how.element_bytes);
            if (how.type == dtype::other && how.element_bytes == 0) fail("'element_bytes' is missing; the dtype \"other\" has elements of any size from 1");
            how.conjugated = member(settings, "conjugated", how.conjugated);
            how.same = integers(settings, "same", how.same);
            check_same(how.same, shapes.size());
            if (is_given(settings, "memory_limit"))
                how.memory_limit = integers(settings, "memory_limit", std::size_t{0});
            const auto strides = integers(settings, "strides", std::vector<extents>(), range::strides);
            if (!strides.empty() && strides.size() != shapes.size())
                fail("'strides' has " + detail::counted(strides.size(), "list") + " for " + detail::counted(shapes.size(), "operand"));
            for (std::size_t i = 0; i < strides.size(); ++i) how.layouts.push_back(layout_of(shapes[i], strides[i], "strides"));
            return how;
        }
    }

    std::string to_json(const plan& p) { return to_document(p).dump(2) + "\n"; }

    plan plan_from_json(std::string_view text)
    {
        json from;
        // Nothing in a plan lies deeper, and what is copied or printed by recursion must not be deeper than the stack.
        constexpr int deepest = 32;
        const auto check_depth = [](int depth, json::parse_event_t, const json&) {
            if (depth > deepest) fail("lists and objects are nested more than " + std::to_string(deepest) + " deep");
            return true;
        };
        try
        {
            from = json::parse(text, check_depth);
        }
        catch (const json::exception& e)
        {
            fail(std::string("no JSON: ") + e.what());
        }
        if (!from.is_object()) fail("no JSON object");
        constexpr std::array<std::string_view, 15> known = {"subscripts", "inputs", "output", "shapes", "dtype", "path", "flops", "naive_flops", "largest_intermediate",
                                                            "peak_memory", "bytes_moved", "slicing_overhead", "slices", "steps", "options"};
        check_members(from, "a plan", known);
        equation e = equation_from(from);
        if (!is_given(from, "shapes")) fail("'shapes' is missing");
        auto shapes = integers(from, "shapes", std::vector<extents>(), range::extents);
        options how = options_from(from, shapes);
        const json settings = member<json>(from, "options", json::object());
        if (is_given(settings, "result_strides"))
            how.result = layout_of(bind_shapes(e, shapes, how.broadcast).output_shape(), integers(settings, "result_strides", extents(), range::strides), "result_strides");
        return plan(std::move(e), std::move(shapes), std::move(how));
    }
}
