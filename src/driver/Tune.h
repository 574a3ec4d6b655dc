// Measures schedules of a model's kernels.
#pragma once

#include "driver/Model.h"
#include "driver/TuningDatabase.h"
#include "driver/Writer.h"

namespace octet::driver {

struct TuneSettings {
  int64_t candidates =
      12;            ///< schedules of each kernel to try, by what the model of the machine expects
  int64_t runs = 10; ///< pairs of runs for each
  std::function<void(int64_t done, int64_t total)> progress;
};

/// Runs the model on these inputs with one schedule of each kernel after the other, paired with the
/// default one, and adds the times to the database. What is there already is not measured again.
/// Writes a table of what it found.
Failure tune(const std::string &path, ModelOptions options, const void *const *inputs,
             const TuneSettings &settings, TuningDatabase &database, const Writer &write);

} // namespace octet::driver
