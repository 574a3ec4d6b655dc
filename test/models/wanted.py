"""Models whose form Octet refuses with a message: generate.py keeps them apart from the manifest. The list only shrinks."""
WANTED = {
    "add_int16_powers_of_two", "log_softmax_int8_image", "log_softmax_int8_rows", "log_softmax_uint8_image",
    "log_softmax_uint8_rows", "range_float32_up", "sequence_lstm_hybrid", "sub_int16_powers_of_two",
    "svdf_hybrid_no_bias", "svdf_hybrid_rank1", "svdf_hybrid_rank2_relu",
}
