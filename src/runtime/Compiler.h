// What the small library asks of the large one. Internal: both are built together.
#pragma once

#include "octet/octet.h"

/// The table that liboctet-compiler exports through octet_compiler_table().
struct octet_compiler {
  /// sizeof this struct, and the version: both must be what the caller was built with.
  uint64_t size;
  const char *version;
  const char *(*last_error)(void);
  octet_status (*compile)(const char *model, const octet_options *options, const char *output);
  octet_status (*inspect)(const char *model, const octet_options *options, int32_t json,
                          octet_writer write, void *context);
  octet_status (*compare)(const char *model, const octet_options *options,
                          const void *const *inputs, int32_t runs, int32_t json, octet_writer write,
                          void *context);
  octet_status (*measure_peaks)(const char *target, octet_peaks *peaks);
  octet_status (*tune)(const char *model, const octet_options *options, const void *const *inputs,
                       int64_t candidates, int64_t runs, octet_progress progress,
                       octet_writer write, void *context);
  octet_status (*export_tuning)(const char *path, octet_writer write, void *context);
  octet_status (*import_tuning)(const char *path, const char *text, size_t length);
  /// The evaluator on a model; `description` lives as long as the reference.
  octet_status (*open_reference)(const char *model, const octet_options *options, void **reference,
                                 const octet_model **description);
  void (*close_reference)(void *reference);
  /// The variables of one session.
  void *(*create_state)(void *reference);
  void (*reset_state)(void *reference, void *state);
  void (*destroy_state)(void *state);
  octet_status (*run_reference)(void *reference, void *state, const void *const *inputs,
                                void *const *outputs);
};

namespace octet::runtime {

/// Loads the compiler; null, with the error set, if it is not installed.
const octet_compiler *loadCompiler();

} // namespace octet::runtime
