# The bitcode of src/routines, carried by the compiler.
    .section .rodata
    .balign 16
    .globl octet_routines_bitcode
octet_routines_bitcode:
    .incbin OCTET_ROUTINES_BITCODE
    .globl octet_routines_bitcode_end
octet_routines_bitcode_end:
    .section .note.GNU-stack,"",@progbits
