; Entries for the exception vectors 0 to 31, all on the trap stack (IST1).

extern guest_trap

section .text
bits 64
global exception_entries

align 16
exception_entries:
%assign vector 0
%rep 32
align 16
 %if vector = 8 || (vector >= 10 && vector <= 14) || vector = 17 || vector = 21 || vector = 29 || vector = 30
    nop                          ; the processor has pushed an error code
 %else
    push 0
 %endif
    push vector
    jmp exception
 %assign vector vector + 1
%endrep

; guest_trap(struct x86_trap_frame *) does not return.
exception:
    mov rax, cr2
    push rax
    mov rdi, rsp
    and rsp, -16
    cld
    xor ebp, ebp
    call guest_trap
    ud2
