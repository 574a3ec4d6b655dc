// Calls of routines as the evaluator and compiled code make them.
#pragma once

#include "routines/Parameters.h"
#include "routines/Routine.h"

#include <gtest/gtest.h>

namespace octet {

/// Runs a routine's rows in two pieces, the later one first, as two threads may.
template <typename Parameters, typename... Tensors>
void callRoutine(const char *name, const Parameters &parameters, int64_t rows,
                 const Tensors &...tensors) {
  routines::Function function = routines::find(name);
  ASSERT_NE(function, nullptr) << name;
  const void *const pointers[] = {tensors.data()...};
  if (rows > 1)
    function(pointers, &parameters, rows / 2, rows);
  function(pointers, &parameters, 0, rows > 1 ? rows / 2 : rows);
}

} // namespace octet
