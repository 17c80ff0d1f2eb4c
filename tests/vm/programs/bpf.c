// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Loads a BPF program of two functions, the inner of which calls the helper bpf_ktime_get_boot_ns, and runs it once for
 * a byte on its standard input. Whoever patches that helper makes the kernel crash in a BPF program.
 */
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define INSN(op, dst, src, offset, value) \
	{ .code = (op), .dst_reg = (dst), .src_reg = (src), .off = (offset), .imm = (value) }

static const struct bpf_insn program[] = {
	/* outer: r0 = inner(); return */
	INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 2),
	INSN(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_0, 0, 0, 1),
	INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	/* inner: r0 = bpf_ktime_get_boot_ns(); return */
	INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ktime_get_boot_ns),
	INSN(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_0, 0, 0, 1),
	INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
};

static long bpf(int command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

int main(void)
{
	static char said[65536];
	char packet[64] = { 0 }, go;
	union bpf_attr load = { 0 }, run = { 0 };

	load.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	load.insns = (uintptr_t)program;
	load.insn_cnt = sizeof(program) / sizeof(program[0]);
	load.license = (uintptr_t)"GPL";
	load.log_buf = (uintptr_t)said;
	load.log_size = sizeof(said);
	load.log_level = 1;
	strcpy(load.prog_name, "planted");
	int fd = (int)bpf(BPF_PROG_LOAD, &load);
	if (fd < 0) {
		printf("the BPF program was refused: %s\n", said);
		return 1;
	}
	if (read(0, &go, 1) != 1)
		return 1;
	run.test.prog_fd = (uint32_t)fd;
	run.test.data_in = (uintptr_t)packet;
	run.test.data_size_in = sizeof(packet);
	run.test.repeat = 1;
	return bpf(BPF_PROG_TEST_RUN, &run) != 0;
}
