#include "textflag.h"

DATA zero<>+0(SB)/8, $0x3030303030303030  // the digit 0
DATA nine<>+0(SB)/8, $0x0909090909090909
DATA value<>+0(SB)/8, $0x0f0f0f0f0f0f0f0f // what a digit has beyond 0
DATA mixed<>+0(SB)/8, $0x85EBCA6B9E3779B1 // hashHigh and hashLow
DATA place<>+0(SB)/8, $0x000000000000fff0 // a slot, of 16 bytes each
GLOBL zero<>(SB), RODATA|NOPTR, $8
GLOBL nine<>(SB), RODATA|NOPTR, $8
GLOBL value<>(SB), RODATA|NOPTR, $8
GLOBL mixed<>(SB), RODATA|NOPTR, $8
GLOBL place<>(SB), RODATA|NOPTR, $8

// func fours(seen *judged, digits, b *byte, n int) (open uint64)
// Four words of eight bytes at a time: what the loop of singly does to each.
TEXT ·fours(SB), NOSPLIT, $0-40
	MOVQ seen+0(FP), SI
	MOVQ digits+8(FP), DI
	MOVQ b+16(FP), BX
	MOVQ n+24(FP), CX
	VPBROADCASTQ zero<>(SB), Y8
	VPBROADCASTQ nine<>(SB), Y9
	VPBROADCASTQ value<>(SB), Y10
	VPBROADCASTQ mixed<>(SB), Y11
	VPBROADCASTQ place<>(SB), Y12
	XORQ AX, AX // the bits of open come in at the top
	MOVQ CX, R12

loop:
	// Y0: four words, Y1: the four words behind them; digits are folded to 0.
	VMOVDQU (BX), Y0
	VMOVDQU 8(BX), Y1
	VPSUBB Y8, Y0, Y2
	VPSUBB Y8, Y1, Y3
	VPMINUB Y9, Y2, Y4
	VPMINUB Y9, Y3, Y5
	VPCMPEQB Y2, Y4, Y4
	VPCMPEQB Y3, Y5, Y5
	VPMOVMSKB Y4, DX
	MOVL DX, (DI)
	VPAND Y10, Y4, Y4
	VPAND Y10, Y5, Y5
	VPANDN Y0, Y4, Y0
	VPANDN Y1, Y5, Y1
	VPSLLQ $8, Y1, Y1 // behindBit

	// The slot of each: the upper bits of low*hashLow + high*hashHigh.
	VPXOR Y0, Y1, Y2
	VPMULLD Y11, Y2, Y2
	VPSRLQ $32, Y2, Y3
	VPADDD Y3, Y2, Y2
	VPSRLQ $16, Y2, Y2
	VPAND Y12, Y2, Y2
	VEXTRACTI128 $1, Y2, X3
	VMOVQ X2, R8
	VPEXTRQ $1, X2, R9
	VMOVQ X3, R10
	VPEXTRQ $1, X3, R11

	// Y6: what is remembered in the slots of the first and third, Y7: of the second and fourth; each a word and what is behind it.
	VMOVDQU (SI)(R8*1), X6
	VINSERTI128 $1, (SI)(R10*1), Y6, Y6
	VMOVDQU (SI)(R9*1), X7
	VINSERTI128 $1, (SI)(R11*1), Y7, Y7
	VPUNPCKLQDQ Y1, Y0, Y4
	VPUNPCKHQDQ Y1, Y0, Y5
	VPCMPEQQ Y4, Y6, Y6
	VPCMPEQQ Y5, Y7, Y7
	VPUNPCKLQDQ Y7, Y6, Y4 // the word is the same, of all four in order
	VPUNPCKHQDQ Y7, Y6, Y5 // what is behind it is
	VPAND Y4, Y5, Y4
	VMOVMSKPD Y4, DX
	XORL $15, DX
	SHLQ $60, DX
	SHRQ $4, AX
	ORQ DX, AX

	ADDQ $32, BX
	ADDQ $4, DI
	DECQ CX
	JNZ loop

	// 4*n bits came in: they belong at the bottom.
	MOVQ $64, CX
	SHLQ $2, R12
	SUBQ R12, CX
	SHRQ CX, AX
	MOVQ AX, open+32(FP)
	VZEROUPPER
	RET
