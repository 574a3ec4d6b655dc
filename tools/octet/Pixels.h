// Image files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace octet::cli {

/// An image file as height × width × channels bytes, scaled to that size without keeping its
/// proportions. `channels` is 1 (grey) or 3 (red, green, blue). Throws Error if the file cannot be
/// decoded.
std::vector<unsigned char> readImage(const std::string &path, int64_t height, int64_t width,
                                     int64_t channels);

} // namespace octet::cli
