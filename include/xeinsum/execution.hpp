// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) the xeinsum authors
#ifndef XEINSUM_EXECUTION_HPP
#define XEINSUM_EXECUTION_HPP

#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <xeinsum/kernel.hpp>
#include <xeinsum/scaling.hpp>
#include <xeinsum/stop_condition.hpp>
#include <xeinsum/workspace.hpp>

namespace xeinsum
{
    /// What an execution did, as it did it: to be compared with what the plan said.
    struct recorder
    {
        struct entry
        {
            kernel op;                       ///< the kernel of the step
            std::int64_t calls;              ///< BLAS calls made; 0 where the library's own loops ran
            std::complex<double> alpha = 1;  ///< what the result was multiplied by
            std::complex<double> beta = 0;   ///< what its old value was multiplied by
            bool transpose_left = false, transpose_right = false, conjugate_left = false, conjugate_right = false;  ///< flags of the BLAS calls
            std::size_t step = 0;     ///< its number in the plan, counted from 0
            double seconds = 0;       ///< how long it took, if `timed`
            double copy_seconds = 0;  ///< how much of that went into packing whole operands and permuting whole results
        };
        bool timed = false;            ///< asks for the seconds
        std::vector<entry> steps;
        std::size_t copies = 0;        ///< operands packed and results unpacked
        std::size_t bytes_copied = 0;  ///< bytes that these wrote
        std::size_t bytes_packed = 0;  ///< bytes that tiled products packed, block by block
        std::size_t temporaries = 0;   ///< containers that an expression made: operands and results that had no memory of their own; not xtensor's for plain `=`
        std::size_t bytes_evaluated = 0;  ///< bytes that these took
    };

    /// How far an execution has come.
    struct execution_progress
    {
        std::size_t done = 0;  ///< steps, each once for every slice that it ran in
        double flops = 0;      ///< of those; plan::flops() when all is done
    };

    /// How a plan is to be run.
    template <class T>
    struct execution
    {
        /// alpha and beta of  result = alpha * einsum + beta * result; null: 1 and 0. Numbers only (of any width, complex ones, too, but
        /// bool), and plans that were made with options::scaled.
        const scaling<T>* by = nullptr;
        recorder* record = nullptr;    ///< if not null, is told what was done
        workspace* memory = nullptr;   ///< where intermediates go; null: memory of this execution's own, or up to 4 MiB that the thread keeps
        std::function<void(const execution_progress&)> progress = {};  ///< called after every step, on the caller's thread
        stop_condition stop = {};      ///< looked at before every step
    };
}

#endif
