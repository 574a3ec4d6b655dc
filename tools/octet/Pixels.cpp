#include "Pixels.h"
#include "Tensors.h"

#include "octet/octet.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wcast-function-type"
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#include <stb/stb_image.h>
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#include <stb/stb_image_resize.h>
#pragma GCC diagnostic pop

#include <fstream>
#include <memory>

namespace octet::cli {

std::vector<unsigned char> readImage(const std::string &path, int64_t height, int64_t width,
                                     int64_t channels) {
  int fileWidth = 0, fileHeight = 0, fileChannels = 0;
  std::unique_ptr<stbi_uc, void (*)(void *)> pixels(
      stbi_load(path.c_str(), &fileWidth, &fileHeight, &fileChannels, static_cast<int>(channels)),
      stbi_image_free);
  if (!pixels && !std::ifstream(path))
    refuseFile(path);
  if (!pixels)
    throw Error(OCTET_REFUSED, path + ": not an image that can be read: " + stbi_failure_reason());
  // Even at its own size the filter would blur it.
  if (fileHeight == height && fileWidth == width)
    return {pixels.get(), pixels.get() + height * width * channels};
  std::vector<unsigned char> scaled(static_cast<size_t>(height * width * channels));
  if (!stbir_resize_uint8(pixels.get(), fileWidth, fileHeight, 0, scaled.data(),
                          static_cast<int>(width), static_cast<int>(height), 0,
                          static_cast<int>(channels)))
    throw Error(OCTET_SYSTEM, path + ": cannot be scaled to the size of the input");
  return scaled;
}

} // namespace octet::cli
