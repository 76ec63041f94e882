; The memory routines that the compiler calls, and free, whose name Swift keeps
; for its runtime: memory is handed out once and never taken back.

section .text
bits 64
global memset, memcpy, memmove, memcmp, free

memset:
    mov r8, rdi
    mov eax, esi
    mov rcx, rdx
    rep stosb
    mov rax, r8
    ret

memmove:
    mov rax, rdi
    sub rax, rsi
    cmp rax, rdx                 ; unsigned: below if destination is in [source, source + count)
    jb backward
memcpy:
    mov rax, rdi
    mov rcx, rdx
    rep movsb
    ret
backward:
    mov rax, rdi
    mov rcx, rdx
    lea rdi, [rdi + rdx - 1]
    lea rsi, [rsi + rdx - 1]
    std
    rep movsb
    cld
    ret

memcmp:
    xor eax, eax
    mov rcx, rdx
    cmp rcx, rcx                 ; equal where the count is zero
    repe cmpsb
    je .equal
    movzx eax, byte [rdi - 1]
    movzx ecx, byte [rsi - 1]
    sub eax, ecx                 ; the first bytes that differ: rdi has the first operand's
.equal:
    ret

free:
    ret
