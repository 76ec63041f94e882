; From the reset vector to guest_main in 64-bit mode, ring 0.
;
; The ROM's contents are copied to RAM first: code and data must lie within
; 2 GiB of each other, and Swift's globals must be writable. The first 2 MiB are
; mapped page by page with gaps, so that a null pointer, a stack that overflows
; and a heap that overruns end in a page fault. Everything else is mapped by
; the runtime when a suite asks for it.

%include "layout.inc"

extern guest_main
extern exception_entries
extern __image_load, __image_start, __image_end, __bss_start, __bss_end

PRESENT_WRITABLE equ 3
ENTRY_STRIDE     equ 16          ; bytes between exception entries

section .reset progbits alloc exec nowrite align=16
bits 16
global reset
reset:
    cli
    cld
    o32 lgdt [cs:reset_gdtr - reset + 0xfe00]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp dword SELECTOR_CODE32:protected

align 8
; The accessed bits are set beforehand: the processor cannot set them in ROM.
reset_gdt:
    dq 0
    dq 0x00cf9b000000ffff        ; 32-bit code
    dq 0x00cf93000000ffff        ; data
reset_gdt_end:
reset_gdtr:
    dw reset_gdt_end - reset_gdt - 1
    dd reset_gdt

bits 32
protected:
    mov ax, SELECTOR_DATA
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov fs, ax
    mov gs, ax

    mov esi, __image_load
    mov edi, __image_start
    mov ecx, __image_end
    sub ecx, edi
    shr ecx, 2
    rep movsd
    mov eax, start
    jmp eax

; From here on in RAM: the ROM will not be mapped.
section .text
start:
    lgdt [gdtr]
    xor eax, eax
    mov edi, __bss_start
    mov ecx, __bss_end
    sub ecx, edi
    shr ecx, 2
    rep stosd
    mov edi, PAGE_TABLES
    mov ecx, (LOW_END - PAGE_TABLES) / 4
    rep stosd

    mov dword [PML4], PDPT + PRESENT_WRITABLE
    mov dword [PDPT], DIRECTORY + PRESENT_WRITABLE
    mov dword [DIRECTORY], TABLE + PRESENT_WRITABLE
    mov esi, mapped_ranges
.range:
    lodsd
    test eax, eax
    jz .mapped
    mov edx, eax
    lodsd
    xchg eax, edx                ; eax: first page with its bits, edx: end
    mov edi, eax
    shr edi, 12
    lea edi, [TABLE + edi * 8]
.page:
    mov [edi], eax
    add edi, 8
    add eax, 0x1000
    cmp eax, edx
    jb .page
    jmp .range
.mapped:

    mov eax, PML4
    mov cr3, eax
    mov eax, cr4
    or eax, 1 << 5               ; PAE
    mov cr4, eax
    mov ecx, 0xc0000080          ; EFER
    rdmsr
    or eax, 1 << 8               ; LME
    wrmsr
    mov eax, cr0
    and eax, ~(3 << 29)          ; CD and NW, set at reset
    or eax, 1 << 31              ; PG
    mov cr0, eax
    jmp SELECTOR_CODE64:long_mode

align 4
mapped_ranges:
    dd PAGE_TABLES + PRESENT_WRITABLE, LOW_END
    dd IMAGE + PRESENT_WRITABLE, IMAGE_END
    dd STACK + PRESENT_WRITABLE, STACK_END
    dd TRAP_STACK + PRESENT_WRITABLE, TRAP_STACK_END
    dd HEAP + PRESENT_WRITABLE, HEAP_END
    dd 0

bits 64
long_mode:
    mov rsp, STACK_END
    mov dword [TSS + 36], TRAP_STACK_END   ; IST1
    mov word [TSS + 102], 104              ; no I/O permission bitmap
    mov ax, SELECTOR_TSS
    ltr ax

    mov edi, IDT
    mov edx, exception_entries
    mov ecx, 32
.gate:
    mov eax, edx
    and eax, 0xffff
    or eax, SELECTOR_CODE64 << 16
    mov [rdi], eax
    mov eax, edx
    mov ax, 0x8e01               ; interrupt gate, present, IST1
    mov [rdi + 4], eax
    add edi, 16
    add edx, ENTRY_STRIDE
    dec ecx
    jnz .gate
    lidt [rel idtr]

    xor ebp, ebp
    call guest_main
    ud2

section .data
align 8
gdt:
    dq 0
    dq 0x00cf9b000000ffff
    dq 0x00cf93000000ffff
    dq 0x00af9b000000ffff
    dq 0x0000890060000067        ; TSS at 0x6000, limit 103
    dq 0
gdt_end:
%if TSS != 0x6000
 %error the base in the descriptor of the TSS
%endif
gdtr:
    dw gdt_end - gdt - 1
    dd gdt
idtr:
    dw 32 * 16 - 1
    dq IDT

section .vector progbits alloc exec nowrite
bits 16
    jmp near reset
    times 16 - ($ - $$) db 0x90
