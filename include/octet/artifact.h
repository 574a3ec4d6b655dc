/* The binary interface of a compiled model: what `octet compile` writes and what a program calls.
 *
 * An artifact is a shared library, an object file or a static archive that exports one function,
 * octet_model() (or, in objects and archives, octet_model_NAME()), which returns the model's
 * description. It needs nothing but the C library. A minimal program:
 *
 *     const octet_model *model = octet_model_digits();
 *     if (model->abi_version != OCTET_ABI_VERSION || model->missing_feature()) return 1;
 *     void *workspace = aligned_alloc(OCTET_WORKSPACE_ALIGNMENT, model->workspace_bytes);
 *     model->reset(workspace);
 *     model->run(workspace, inputs, outputs, NULL);
 *
 * The description is constant and may be used by any number of threads. A workspace belongs to one
 * run at a time; a model with variables keeps them there between runs. octet.h does all this, and
 * threads. */
#ifndef OCTET_ARTIFACT_H
#define OCTET_ARTIFACT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define OCTET_ABI_VERSION 2
#define OCTET_WORKSPACE_ALIGNMENT 64

/* Element types. Elements are little-endian; a boolean is one byte, 0 or 1. */
typedef enum octet_type {
  OCTET_FLOAT32 = 0,
  OCTET_INT8 = 1,
  OCTET_UINT8 = 2,
  OCTET_INT16 = 3,
  OCTET_INT32 = 4,
  OCTET_INT64 = 5,
  OCTET_BOOL = 6,
  OCTET_FLOAT16 = 7,
  OCTET_FLOAT64 = 8,
  OCTET_UINT16 = 9,
  OCTET_UINT32 = 10
} octet_type;

/* An input or output: a dense row-major tensor of constant shape. */
typedef struct octet_tensor {
  const char *name;
  int32_t type; /* octet_type */
  int32_t rank;
  const int64_t *shape; /* rank extents */
  int64_t bytes;
  /* Quantization: real = scale * (code - zero_point), one pair for the tensor (scale_count 1) or
   * one for each slice of dimension `axis`. scale_count is 0 for tensors that are not quantized. */
  int32_t axis;
  int32_t scale_count;
  const double *scales;
  const int64_t *zero_points;
  /* The index of another output, a single int64, that holds how many of the first dimension's rows
   * are meant; -1 where all are. */
  int32_t row_count_output;
  int32_t reserved;
} octet_tensor;

/* Part of a step: does tasks [begin, end) of it. */
typedef void (*octet_task)(void *frame, int64_t begin, int64_t end);

/* Supplied by the host to run a model's steps on several threads, or to watch them. `run` has to do
 * tasks 0 to count - 1 of step `step`, each once, in any order and on any threads, and to return
 * when all are done. */
typedef struct octet_executor {
  void (*run)(struct octet_executor *self, octet_task task, void *frame, int64_t count,
              int32_t step);
} octet_executor;

/* One loop nest of the model. */
typedef struct octet_step {
  const char *name; /* the source operators, joined by " + " */
  const char *kind;
  const char *shape;    /* element types, extents, operators: equal for steps of equal work */
  const char *schedule; /* how its loops are tiled; empty for some kinds */
  int32_t type;         /* octet_type of what it multiplies, of steps with multiply-accumulates */
  int32_t kilocycles; /* what it takes a core of the target, about: whether threads are worth it */
  int64_t tasks;
  int64_t multiply_accumulates;
  int64_t bytes; /* of its operands, constants and results */
} octet_step;

typedef struct octet_model {
  int32_t abi_version;
  int32_t input_count;
  int32_t output_count;
  int32_t step_count;
  const char *name;
  const char *target;
  const octet_tensor *inputs;
  const octet_tensor *outputs;
  const octet_step *steps;
  int64_t workspace_bytes;
  int64_t arena_bytes;    /* of it, for intermediate tensors */
  int64_t variable_bytes; /* of it, for what a run leaves to the next */
  int64_t constant_bytes;
  int64_t multiply_accumulates;
  /* The name of a CPU feature that the code needs and this machine lacks; NULL if it can run.
   * Code for AMX (sapphirerapids) needs registers that Linux gives only to processes that ask for
   * them, by arch_prctl(ARCH_REQ_XCOMP_PERM, 18); this function does that. So call it, in the
   * process that runs the model and before the first run; a child gets the permission by fork, but
   * not through exec. Where the system refuses, the answer says so. */
  const char *(*missing_feature)(void);
  /* Gives variables their initial values: needed once before the first run. */
  void (*reset)(void *workspace);
  /* Computes outputs from inputs. `executor` may be NULL. Returns 0. */
  int32_t (*run)(void *workspace, const void *const *inputs, void *const *outputs,
                 octet_executor *executor);
} octet_model;

#ifdef __cplusplus
}
#endif

#endif
