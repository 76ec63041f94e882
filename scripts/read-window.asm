; Opens the ECAM window at B0000000h by the Q35 host bridge's PCIEXBAR, reads a
; doubleword of so many of its pages, and ends with 0.
;
;   nasm -f bin -D PAGES=65536 -o read-window.rom read-window.asm

WINDOW equ 0xb0000000

bits 16
org 0xf0000

    mov dx, 0xcf8
    mov eax, 0x80000060          ; PCIEXBAR of 00:00.0
    out dx, eax
    mov dl, 0xfc
    mov eax, WINDOW | 1
    out dx, eax
    o32 lgdt [cs:gdtr - $$]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp dword 8:protected

bits 32
protected:
    mov ax, 16
    mov ds, ax
    mov esi, WINDOW
    mov ecx, PAGES
.page:
    mov eax, [esi]
    add esi, 4096
    dec ecx
    jnz .page
    xor eax, eax
    out 0xf4, al

align 8
; The accessed bits are set beforehand: the processor cannot set them in ROM.
gdt:
    dq 0
    dq 0x00cf9b000000ffff        ; code
    dq 0x00cf93000000ffff        ; data
gdtr:
    dw gdtr - gdt - 1
    dd gdt

    times 0xfff0 - ($ - $$) db 0xff
bits 16
    jmp 0xf000:0
    times 0x10000 - ($ - $$) db 0xff
