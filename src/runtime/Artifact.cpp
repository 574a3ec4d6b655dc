#include "runtime/Artifact.h"
#include "runtime/Error.h"
#include "runtime/Library.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using octet::runtime::fail;

static octet_status check(const octet_model *model, const char *name) {
  if (model->abi_version != OCTET_ABI_VERSION)
    return fail(OCTET_INCOMPATIBLE,
                "%s: the artifact has ABI version %d, this library has %d; compile the model again",
                name, model->abi_version, OCTET_ABI_VERSION);
  // Asks the system, too, for registers that it gives only on demand.
  if (const char *feature = model->missing_feature())
    return fail(OCTET_INCOMPATIBLE,
                "%s: the artifact is for %s, and this CPU has no %s; compile the model with "
                "--target native or baseline",
                name, model->target, feature);
  return OCTET_OK;
}

static octet_status make(const octet_model *model, void *library, octet_artifact **artifact) {
  *artifact = static_cast<octet_artifact *>(calloc(1, sizeof(octet_artifact)));
  if (!*artifact)
    return fail(OCTET_SYSTEM, "out of memory");
  (*artifact)->model = model;
  (*artifact)->library = library;
  (*artifact)->descriptor = -1;
  return OCTET_OK;
}

// The loader maps what the program headers say and dies where the file is shorter.
static bool isWholeLibrary(int descriptor, const Elf64_Ehdr &header) {
  struct stat status;
  bool isWhole = fstat(descriptor, &status) == 0 && header.e_phentsize == sizeof(Elf64_Phdr);
  for (Elf64_Half i = 0; isWhole && i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    auto at = static_cast<off_t>(header.e_phoff + i * sizeof segment);
    auto size = static_cast<uint64_t>(status.st_size);
    isWhole = at >= 0 && pread(descriptor, &segment, sizeof segment, at) == sizeof segment &&
              segment.p_offset <= size && segment.p_filesz <= size - segment.p_offset;
  }
  return isWhole;
}

static const char *familyOf(Elf64_Half machine) {
  return machine == EM_X86_64    ? "x86-64"
         : machine == EM_AARCH64 ? "64-bit Arm"
                                 : "a processor that Octet does not know";
}

static octet_status checkFile(int descriptor, const char *name) {
#if defined(__aarch64__)
  constexpr Elf64_Half here = EM_AARCH64;
#else
  constexpr Elf64_Half here = EM_X86_64;
#endif
  Elf64_Ehdr header;
  if (pread(descriptor, &header, sizeof header, 0) != sizeof header ||
      memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
      !isWholeLibrary(descriptor, header))
    return fail(OCTET_REFUSED, "%s: not an artifact: it is no shared library, or cut short", name);
  if (header.e_machine != here)
    return fail(OCTET_INCOMPATIBLE,
                "%s: the artifact is for %s, and this CPU has no such instructions; run it where "
                "it belongs, or compile the model with --target native",
                name, familyOf(header.e_machine));
  return OCTET_OK;
}

static octet_status loadFrom(int descriptor, const char *name, octet_artifact **artifact) {
  if (octet_status status = checkFile(descriptor, name); status != OCTET_OK)
    return status;
  char reason[256];
  void *library = octet::runtime::openLibrary(descriptor, name, reason, sizeof reason);
  if (!library)
    return fail(OCTET_REFUSED, "%s: not an artifact: %s", name, reason);
  using Entry = const octet_model *(*)();
  auto entry = reinterpret_cast<Entry>(octet::runtime::findSymbol(library, "octet_model"));
  octet_status status = OCTET_OK;
  if (!entry)
    status = fail(OCTET_REFUSED, "%s: not an artifact: it has no octet_model", name);
  else
    status = check(entry(), name);
  if (status == OCTET_OK)
    status = make(entry(), library, artifact);
  if (status == OCTET_OK)
    (*artifact)->descriptor = descriptor;
  else
    octet::runtime::closeLibrary(library);
  return status;
}

// Takes the descriptor: it is the artifact's, or closed.
static octet_status takeFrom(int descriptor, const char *name, octet_artifact **artifact) {
  octet_status status = loadFrom(descriptor, name, artifact);
  if (status != OCTET_OK)
    close(descriptor);
  return status;
}

extern "C" octet_status octet_load(const char *path, octet_artifact **artifact) {
  *artifact = nullptr;
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return fail(OCTET_SYSTEM, "%s: %s", path, strerror(errno));
  return takeFrom(descriptor, path, artifact);
}

extern "C" octet_status octet_attach(const octet_model *model, octet_artifact **artifact) {
  *artifact = nullptr;
  octet_status status =
      check(model, model->abi_version == OCTET_ABI_VERSION ? model->name : "model");
  return status == OCTET_OK ? make(model, nullptr, artifact) : status;
}

extern "C" const octet_model *octet_describe(const octet_artifact *artifact) {
  return artifact->model;
}

extern "C" void octet_release(octet_artifact *artifact) {
  if (!artifact)
    return;
  if (artifact->reference)
    artifact->compiler->close_reference(artifact->reference);
  if (artifact->library)
    octet::runtime::closeLibrary(artifact->library);
  if (artifact->descriptor >= 0)
    close(artifact->descriptor);
  free(artifact);
}

//===-- Compiling --===//

static octet_status forward(const octet_compiler *compiler, octet_status status) {
  return status == OCTET_OK ? status : fail(status, "%s", compiler->last_error());
}

extern "C" octet_status octet_compile(const char *model, const octet_options *options,
                                      const char *output) {
  const octet_compiler *compiler = octet::runtime::loadCompiler();
  return compiler ? forward(compiler, compiler->compile(model, options, output)) : OCTET_SYSTEM;
}

extern "C" octet_status octet_compile_and_load(const char *model, const octet_options *options,
                                               octet_artifact **artifact) {
  *artifact = nullptr;
  const octet_compiler *compiler = octet::runtime::loadCompiler();
  if (!compiler)
    return OCTET_SYSTEM;
  // A file in memory takes the same path as one on a disk.
  int descriptor = memfd_create("octet", MFD_CLOEXEC);
  if (descriptor < 0)
    return fail(OCTET_SYSTEM, "cannot make a file in memory: %s", strerror(errno));
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  octet_options shared = options ? *options : octet_options{};
  shared.emit = "so";
  octet_status status = forward(compiler, compiler->compile(model, &shared, path));
  if (status == OCTET_OK)
    return takeFrom(descriptor, model, artifact);
  close(descriptor);
  return status;
}

extern "C" octet_status octet_load_reference(const char *model, const octet_options *options,
                                             octet_artifact **artifact) {
  *artifact = nullptr;
  const octet_compiler *compiler = octet::runtime::loadCompiler();
  if (!compiler)
    return OCTET_SYSTEM;
  void *reference = nullptr;
  const octet_model *description = nullptr;
  octet_status status =
      forward(compiler, compiler->open_reference(model, options, &reference, &description));
  if (status == OCTET_OK)
    status = make(description, nullptr, artifact);
  if (status == OCTET_OK) {
    (*artifact)->compiler = compiler;
    (*artifact)->reference = reference;
  }
  return status;
}

extern "C" octet_status octet_inspect(const char *model, const octet_options *options, int32_t json,
                                      octet_writer write, void *context) {
  const octet_compiler *compiler = octet::runtime::loadCompiler();
  return compiler ? forward(compiler, compiler->inspect(model, options, json, write, context))
                  : OCTET_SYSTEM;
}

extern "C" octet_status octet_compare(const char *model, const octet_options *options,
                                      const void *const *inputs, int32_t runs, int32_t json,
                                      octet_writer write, void *context) {
  const octet_compiler *compiler = octet::runtime::loadCompiler();
  return compiler ? forward(compiler,
                            compiler->compare(model, options, inputs, runs, json, write, context))
                  : OCTET_SYSTEM;
}

extern "C" octet_status octet_measure_peaks(const char *target, octet_peaks *peaks) {
  const octet_compiler *compiler = octet::runtime::loadCompiler();
  return compiler ? forward(compiler, compiler->measure_peaks(target, peaks)) : OCTET_SYSTEM;
}

extern "C" octet_status octet_tune(const char *model, const octet_options *options,
                                   const void *const *inputs, int64_t candidates, int64_t runs,
                                   octet_progress progress, octet_writer write, void *context) {
  const octet_compiler *compiler = octet::runtime::loadCompiler();
  return compiler ? forward(compiler, compiler->tune(model, options, inputs, candidates, runs,
                                                     progress, write, context))
                  : OCTET_SYSTEM;
}

extern "C" octet_status octet_export_tuning(const char *path, octet_writer write, void *context) {
  const octet_compiler *compiler = octet::runtime::loadCompiler();
  return compiler ? forward(compiler, compiler->export_tuning(path, write, context)) : OCTET_SYSTEM;
}

extern "C" octet_status octet_import_tuning(const char *path, const char *text, size_t length) {
  const octet_compiler *compiler = octet::runtime::loadCompiler();
  return compiler ? forward(compiler, compiler->import_tuning(path, text, length)) : OCTET_SYSTEM;
}
