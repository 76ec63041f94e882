; The parameter block: its layout stands in Sources/GuestProtocol/ParameterBlock.swift.

%include "layout.inc"

global guest_parameters, guest_heap_start, guest_heap_end

guest_heap_start equ HEAP
guest_heap_end   equ HEAP_END

section .parameters progbits alloc noexec nowrite align=16
guest_parameters:
    db 0xcf, 0x8c, 0xfc, 0x0d, "PARAMETERS", 0x0d, 0x0a
    dw 1                         ; version
    dw 0                         ; bytes of text
    times 1024 - ($ - guest_parameters) db 0
