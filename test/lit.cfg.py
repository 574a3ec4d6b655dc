# How the .mlir and .test files below run: as shell lines with octet, octet-opt and FileCheck on the path.
import os

import lit.formats

config.name = "octet"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.octet_binary_dir, "test")
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.octet_binary_dir, "bin"), config.llvm_tools_dir, os.environ["PATH"]])
# What somebody measured on this machine is nothing that tests depend on.
config.environment["XDG_CACHE_HOME"] = os.path.join(config.test_exec_root, "cache")
config.substitutions.append(("%source", config.octet_source_dir))
config.substitutions.append(("%liboctet", os.path.join(config.octet_binary_dir, "lib", "liboctet.so")))
if config.octet_sanitize:
    config.available_features.add("sanitizer")
config.substitutions.append(("%python", config.python))
