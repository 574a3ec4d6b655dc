/* Octet for programs: load a compiled model, or compile one, and run it.
 *
 *     octet_artifact *artifact;
 *     octet_session *session;
 *     if (octet_load("model.so", &artifact) || octet_session_create(artifact, 0, &session))
 *       return fprintf(stderr, "%s\n", octet_last_error()), 1;
 *     octet_session_run(session, inputs, outputs);
 *
 * Loading and running need liboctet alone, which is small. Compiling, and running the reference
 * evaluator, load liboctet-compiler when they are first asked for.
 *
 * Every function that can fail returns a status; octet_last_error() then says what and why. An
 * artifact may be used by many threads at once, a session by one at a time. */
#ifndef OCTET_OCTET_H
#define OCTET_OCTET_H

#include "octet/artifact.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define OCTET_API __attribute__((visibility("default")))
#else
#define OCTET_API
#endif

typedef enum octet_status {
  OCTET_OK = 0,
  OCTET_REFUSED = 1,      /* the model or input: malformed, unsupported, of the wrong size */
  OCTET_USAGE = 2,        /* an argument that makes no sense, an option that does not exist */
  OCTET_INCOMPATIBLE = 3, /* an artifact of another version, or for a CPU that this one is not */
  OCTET_SYSTEM = 4        /* a file that cannot be read or written, no memory, no threads */
} octet_status;

/* What the last failing call of this thread has to say; never NULL. Valid until the thread's next
 * call. */
OCTET_API const char *octet_last_error(void);
OCTET_API const char *octet_version(void);

/*===-- Artifacts
 * -----------------------------------------------------------------------------------===*/

typedef struct octet_artifact octet_artifact;

/* Loads a shared library that `octet compile` wrote. */
OCTET_API octet_status octet_load(const char *path, octet_artifact **artifact);

/* Takes a model that is linked into the program: octet_attach(octet_model_NAME(), &artifact). */
OCTET_API octet_status octet_attach(const octet_model *model, octet_artifact **artifact);

/* Its description; valid as long as the artifact. */
OCTET_API const octet_model *octet_describe(const octet_artifact *artifact);

/* Frees an artifact whose sessions are all destroyed. NULL is allowed. */
OCTET_API void octet_release(octet_artifact *artifact);

/*===-- Sessions
 * ------------------------------------------------------------------------------------===*/

/* A workspace and threads to run a model with. */
typedef struct octet_session octet_session;

/* `threads` share each run, the caller's included; 0 takes one per core. They sleep between
 * runs, but not at once: a model that one thread is done with before others wake up is shared only
 * by runs that follow each other. */
OCTET_API octet_status octet_session_create(const octet_artifact *artifact, int32_t threads,
                                            octet_session **session);

/* One run. `inputs` and `outputs` hold a pointer for each tensor of the description, with as many
 * bytes behind it as that says. No alignment is needed. */
OCTET_API octet_status octet_session_run(octet_session *session, const void *const *inputs,
                                         void *const *outputs);

/* Gives variables their initial values back. A new session has them. */
OCTET_API octet_status octet_session_reset(octet_session *session);

/* Calls `watch` after each step of a run, with its number and the seconds it took; NULL ends that.
 */
typedef void (*octet_step_watcher)(void *context, int32_t step, double seconds);
OCTET_API void octet_session_watch(octet_session *session, octet_step_watcher watch, void *context);

OCTET_API void octet_session_destroy(octet_session *session);

/*===-- Compiling
 * -----------------------------------------------------------------------------------===*/

/* Zero-initialize it: every field has a default. */
typedef struct octet_options {
  const char *target;   /* "native" if NULL */
  const char *numerics; /* a preset of docs/numerics.md; the format's own if NULL */
  const char *emit; /* "so", "obj", "archive", "qnn", "kernel", "loops", "llvm", "asm"; by the file
                       name if NULL */
  const char *dump_after; /* a pass: print the module after it to stderr */
  int64_t batch;          /* for a free first dimension; 0 keeps the model's */
  int32_t threads;        /* to compile with; 0 takes one per core */
  /* Another choice of schedules than the best known: this many places behind what the model of the
   * machine expects to be best. Results are the same. */
  int32_t variant;
  /* A database that octet_tune() wrote, or "none"; NULL is $XDG_CACHE_HOME/octet/
   * tuning.sqlite, or that under ~/.cache, if it exists. */
  const char *tuning;
  const char *dimensions; /* for free dimensions that the model names: "name=N,name=N" */
  /* The folder for machine code of kernels, which later compilations take from there, or "none";
   * NULL is $XDG_CACHE_HOME/octet/kernels, or that under ~/.cache. */
  const char *cache;
} octet_options;

/* Compiles a model to a file, "-" for the standard output of texts. The file appears whole or not
 * at all. */
OCTET_API octet_status octet_compile(const char *model, const octet_options *options,
                                     const char *output);

/* Compiles a model into this process. */
OCTET_API octet_status octet_compile_and_load(const char *model, const octet_options *options,
                                              octet_artifact **artifact);

/* A model that the reference evaluator runs: slow, and what compiled code must equal to the bit. */
OCTET_API octet_status octet_load_reference(const char *model, const octet_options *options,
                                            octet_artifact **artifact);

/* Text for people or, with `json`, for programs. */
typedef void (*octet_writer)(void *context, const char *text, size_t length);

/* What is in a model: operators, quantization, multiply-accumulates, memory. */
OCTET_API octet_status octet_inspect(const char *model, const octet_options *options, int32_t json,
                                     octet_writer write, void *context);

/* Runs compiled code beside the evaluator on these inputs and compares every tensor. Refused if one
 * differs. */
OCTET_API octet_status octet_compare(const char *model, const octet_options *options,
                                     const void *const *inputs, int32_t runs, int32_t json,
                                     octet_writer write, void *context);

/* What one core of this machine does at most by the code of a target ("native" if NULL), measured
 * now: 10^9 multiply-accumulates a second of bytes, 16-bit words and floats in vector registers
 * (what AMX does is more), and 10^9 bytes a second read from memory. */
typedef struct octet_peaks {
  double byte_gmacs, word_gmacs, real_gmacs, memory_gbytes;
} octet_peaks;
OCTET_API octet_status octet_measure_peaks(const char *target, octet_peaks *peaks);

/*===-- Tuning
 * --------------------------------------------------------------------------------------===*/

/* Called before each of `total` parts of the work, and after the last. */
typedef void (*octet_progress)(void *context, int64_t done, int64_t total);

/* Measures `candidates` schedules of every kernel of the model on these inputs and one thread, each
 * in `runs` pairs of runs with the default ones, and keeps the times in the database that
 * options->tuning names. Compiling then takes the fastest. What was measured is kept as soon as it
 * is complete, and not measured again. Writes a table of what it found. `progress` may be NULL. */
OCTET_API octet_status octet_tune(const char *model, const octet_options *options,
                                  const void *const *inputs, int64_t candidates, int64_t runs,
                                  octet_progress progress, octet_writer write, void *context);

/* Everything that a database holds as lines of text, and the way back: lines of a target, the
 * microseconds, a schedule and a kernel, separated by tabs. `path` may be NULL. */
OCTET_API octet_status octet_export_tuning(const char *path, octet_writer write, void *context);
OCTET_API octet_status octet_import_tuning(const char *path, const char *text, size_t length);

#ifdef __cplusplus
}
#endif

#endif
