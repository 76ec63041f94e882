; From the reset vector to guest_main in 64-bit mode, ring 0.
;
; Code must lie within 2 GiB of the data it uses, so the ROM is not run where it
; is, below 4 GiB, but mapped at 1 MiB; data are copied to RAM. The first 2 MiB
; are mapped page by page with gaps, and code cannot be written: a null pointer,
; a stack that overflows and a heap that overruns end in a page fault.
; Everything else is mapped by the runtime when a suite asks for it.

%include "layout.inc"

extern guest_main
extern exception_entries
extern __rom_start, __rom_map_end
extern __data_load, __data_start, __data_end, __bss_start, __bss_end

OSFXSR       equ 1 << 9
PRESENT      equ 1
WRITABLE     equ 2
ENTRY_STRIDE equ 16              ; bytes between exception entries
RESET_OFFSET equ 0xfc00          ; of the section in the ROM's last 64 KiB

section .reset progbits alloc exec nowrite align=16
bits 16
global reset
reset:
    cli
    cld
    o32 lgdt [cs:gdtr - reset + RESET_OFFSET]
    mov eax, cr0
    or al, 1
    mov cr0, eax
    jmp dword SELECTOR_CODE32:protected

align 8
; The accessed bits are set beforehand: the processor cannot set them in ROM.
gdt:
    dq 0
    dq 0x00cf9b000000ffff        ; 32-bit code
    dq 0x00cf93000000ffff        ; data
gdt_end:
gdtr:
    dw gdt_end - gdt - 1
    dd gdt

bits 32
protected:
    mov ax, SELECTOR_DATA
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov fs, ax
    mov gs, ax

    mov esi, __data_load
    mov edi, __data_start
    mov ecx, __data_end
    sub ecx, edi
    shr ecx, 2
    rep movsd
    xor eax, eax
    mov edi, __bss_start
    mov ecx, __bss_end
    sub ecx, edi
    shr ecx, 2
    rep stosd
    mov edi, TSS
    mov ecx, 104 / 4
    rep stosd
    lgdt [final_gdtr]            ; data lie where they will be mapped

    ; 16 bytes at a time: where KVM emulates ring 0, every doubleword that a string
    ; instruction stores costs as much as an instruction.
    mov eax, cr4
    or eax, OSFXSR
    mov cr4, eax
    movaps xmm0, [zeros]
    mov edi, PAGE_TABLES
.clear:
%assign offset 0
%rep 16
    movaps [edi + offset], xmm0
%assign offset offset + 16
%endrep
    add edi, 256
    cmp edi, PAGE_TABLES_END
    jne .clear
    mov eax, cr4
    and eax, ~OSFXSR
    mov cr4, eax

    mov dword [PML4], PDPT + PRESENT + WRITABLE
    mov dword [PDPT], DIRECTORY + PRESENT + WRITABLE
    mov dword [DIRECTORY], TABLE + PRESENT + WRITABLE
    mov esi, mapped_ranges
.range:
    mov edi, [esi]               ; first linear address
    mov edx, [esi + 4]           ; linear address behind the last
    mov eax, [esi + 8]           ; first physical address, with the page's bits
    add esi, 12
    shr edi, 12
    jz .mapped
    shr edx, 12
.page:
    mov [TABLE + edi * 8], eax
    add eax, 0x1000
    inc edi
    cmp edi, edx
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

    ; Paging takes the ROM from under our feet: the switch happens in low memory.
    mov esi, trampoline
    mov edi, TRAMPOLINE
    mov ecx, trampoline_end - trampoline
    rep movsb
    mov eax, cr0
    and eax, ~(3 << 29)          ; CD and NW, set at reset
    or eax, 1 << 31 | 1 << 16    ; PG, and WP: ring 0 honours read-only pages
    mov ecx, TRAMPOLINE
    jmp ecx

trampoline:
    mov cr0, eax
    jmp SELECTOR_CODE64:long_mode
trampoline_end:

align 16
zeros:
    times 16 db 0
mapped_ranges:
    dd PAGE_TABLES, LOW_END, PAGE_TABLES + PRESENT + WRITABLE
    dd CODE, __rom_map_end, __rom_start + PRESENT
    dd DATA, DATA_END, DATA + PRESENT + WRITABLE
    dd STACK, STACK_END, STACK + PRESENT + WRITABLE
    dd TRAP_STACK, TRAP_STACK_END, TRAP_STACK + PRESENT + WRITABLE
    dd HEAP, HEAP_END, HEAP + PRESENT + WRITABLE
    dd 0, 0, 0

section .text
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
    mov qword [rdi + 8], 0
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
; In RAM: loading the task register marks its descriptor busy.
final_gdt:
    dq 0
    dq 0x00cf9b000000ffff
    dq 0x00cf93000000ffff
    dq 0x00af9b000000ffff        ; 64-bit code
    dq 0x0000890052000067        ; TSS, limit 103
    dq 0
final_gdt_end:
%if TSS != 0x5200
 %error the base in the descriptor of the TSS
%endif
final_gdtr:
    dw final_gdt_end - final_gdt - 1
    dd final_gdt
idtr:
    dw 32 * 16 - 1
    dq IDT

section .vector progbits alloc exec nowrite
bits 16
    jmp near reset
    times 16 - ($ - $$) db 0x90
