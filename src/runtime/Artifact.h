// A loaded model.
#pragma once

#include "runtime/Compiler.h"

struct octet_artifact {
  const octet_model *model;
  void *library;                  ///< null if the model is linked into the program
  int descriptor;                 ///< of the library's file, -1 if there is none
  const octet_compiler *compiler; ///< for a reference
  void *reference;                ///< null for compiled models
};
