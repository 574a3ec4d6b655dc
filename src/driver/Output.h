// Writing what was compiled.
#pragma once

#include "driver/Model.h"

namespace octet::driver {

/// The kinds of output that `--emit` names; by the ending of the file where it is empty.
enum class Product { sharedLibrary, object, archive, qnn, kernel, loops, llvm, assembly };
Failure findProduct(llvm::StringRef emit, llvm::StringRef output, Product &product);

/// Writes a file that appears whole or not at all, or to a device, a pipe, "-".
Failure writeWhole(const std::string &output, llvm::ArrayRef<char> bytes,
                   bool isExecutable = false);

/// Links a program's objects to a shared library.
Failure linkTo(codegen::Program &program, const std::string &output);

/// Compiles a model and writes it to `output`: whole, or not at all.
Failure compileTo(Model &model, Product product, const std::string &output);

} // namespace octet::driver
