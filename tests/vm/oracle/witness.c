// Reads what the kernel says of itself, writes it to a raw disk as a tar archive, and crashes the machine.
// usage: witness DISK MEGABYTES
// All of it is read into memory that was there before, so that what is told last (what changes fastest) is
// told right before the crash; the disk is written around the page cache.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char* archive;
static size_t filled, room;

enum { kBlock = 512 };

static void ensure(size_t bytes) {
    if (filled + bytes + 4 * kBlock <= room) return;
    fprintf(stderr, "witness: more was told than there is memory for\n");
    exit(1);
}

// A member begins: its header is written when its end is known.
static size_t begin(void) {
    ensure(kBlock);
    size_t header = filled;
    filled += kBlock;
    return header;
}

static void end(size_t header, const char* name) {
    char* block = archive + header;
    size_t size = filled - header - kBlock;
    memset(block, 0, kBlock);
    snprintf(block, 100, "%s", name);
    snprintf(block + 100, 8, "%07o", 0644);
    snprintf(block + 108, 8, "%07o", 0);
    snprintf(block + 116, 8, "%07o", 0);
    snprintf(block + 124, 12, "%011zo", size);
    snprintf(block + 136, 12, "%011o", 0);
    block[156] = '0';
    memcpy(block + 257, "ustar\00000", 8);
    memset(block + 148, ' ', 8);
    unsigned sum = 0;
    for (int i = 0; i < kBlock; ++i) sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum);
    for (ensure(kBlock); filled % kBlock != 0; ++filled) archive[filled] = 0;
}

static void add_file(const char* path) {
    int fd = open(path, O_RDONLY | O_NONBLOCK);
    if (fd < 0) return;
    ssize_t got = 0;
    do {
        filled += (size_t)got;
        ensure(1 << 16);
        got = read(fd, archive + filled, 1 << 16);
    } while (got > 0);
    close(fd);
}

static void add_text(const char* text) {
    size_t length = strlen(text);
    ensure(length);
    memcpy(archive + filled, text, length);
    filled += length;
}

// One file of many: "== PATH ==" above each.
static void add_titled(const char* path) {
    add_text("== ");
    add_text(path);
    add_text(" ==\n");
    add_file(path);
    if (archive[filled - 1] != '\n') add_text("\n");
}

static void add_link(const char* path) {
    char target[600];
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0) return;
    target[length] = 0;
    add_text(path);
    add_text(" -> ");
    add_text(target);
    add_text("\n");
}

typedef void (*Visit)(const char* path, unsigned char type);

static void for_each_in(const char* folder, Visit visit) {
    DIR* directory = opendir(folder);
    if (directory == NULL) return;
    for (struct dirent* entry; (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        char path[600];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        visit(path, entry->d_type);
    }
    closedir(directory);
}

static void add_tree(const char* path, unsigned char type) {
    struct stat told;
    if (type == DT_LNK) return add_link(path);
    if (type == DT_DIR) return for_each_in(path, add_tree);
    if (stat(path, &told) == 0 && (told.st_mode & 0444)) add_titled(path);
}

static const char* task_file;

static void add_task_file(const char* path, unsigned char type) {
    char file[700];
    (void)type;
    snprintf(file, sizeof file, "%s/%s", path, task_file);
    add_titled(file);
}

static void add_link_of(const char* path, unsigned char type) {
    (void)type;
    add_link(path);
}

static void add_fds(const char* path, unsigned char type) {
    char folder[700];
    (void)type;
    snprintf(folder, sizeof folder, "%s/fd", path);
    for_each_in(folder, add_link_of);
    snprintf(folder, sizeof folder, "%s/fdinfo", path);
    for_each_in(folder, add_tree);
    static const char* const kLinks[] = {"cwd", "root", "exe", "ns/mnt", "ns/net", "ns/pid", "ns/uts"};
    for (size_t i = 0; i < sizeof kLinks / sizeof kLinks[0]; ++i) {
        snprintf(folder, sizeof folder, "%s/%s", path, kLinks[i]);
        add_link(folder);
    }
}

static Visit per_process;

static void visit_process(const char* path, unsigned char type) {
    const char* pid = strrchr(path, '/') + 1;
    if (*pid >= '0' && *pid <= '9') per_process(path, type);
}

static void visit_threads(const char* path, unsigned char type) {
    char folder[700];
    (void)type;
    snprintf(folder, sizeof folder, "%s/task", path);
    for_each_in(folder, add_task_file);
}

static void tell_processes(Visit visit, const char* file, const char* member) {
    size_t header = begin();
    task_file = file;
    per_process = visit;
    for_each_in("/proc", visit_process);
    end(header, member);
}

static void tell_file(const char* path, const char* member) {
    size_t header = begin();
    add_file(path);
    end(header, member);
}

static void tell_tree(const char* path, const char* member) {
    size_t header = begin();
    add_tree(path, DT_DIR);
    end(header, member);
}

static void tell_proc(const char* name) {
    char path[100], member[100];
    snprintf(path, sizeof path, "/proc/%s", name);
    snprintf(member, sizeof member, "proc-%s.txt", name);
    for (char* byte = member; *byte; ++byte)
        if (*byte == '/') *byte = '-';
    tell_file(path, member);
}

static void add_stat_line(const char* path, unsigned char type) {
    char file[700];
    (void)type;
    snprintf(file, sizeof file, "%s/stat", path);
    add_file(file);
}

static void visit_thread_stats(const char* path, unsigned char type) {
    char folder[700];
    (void)type;
    snprintf(folder, sizeof folder, "%s/task", path);
    for_each_in(folder, add_stat_line);
}

static void write_word(const char* path, const char* word) {
    int fd = open(path, O_WRONLY);
    if (fd >= 0) write(fd, word, strlen(word));
    close(fd);
}

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    room = strtoul(argv[2], NULL, 0) << 20;
    archive = mmap(NULL, room, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | MAP_LOCKED, -1, 0);
    int disk = open(argv[1], O_WRONLY | O_DIRECT);
    if (archive == MAP_FAILED || disk < 0) {
        perror(argv[1]);
        return 1;
    }
    // What does not change any more.
    tell_file("/proc/kallsyms", "kallsyms");
    tell_file("/proc/modules", "modules");
    static const char* const kSlow[] = {
        "cmdline",     "version",      "mounts",          "self/mountinfo", "swaps",
        "filesystems", "partitions",   "devices",         "iomem",          "ioports",
        "crypto",      "cgroups",      "locks",           "keys",           "misc",
        "sysvipc/shm", "sysvipc/msg",  "sysvipc/sem",     "net/dev",        "net/tcp",
        "net/tcp6",    "net/udp",      "net/unix",        "net/route",      "net/netlink",
        "net/packet",  "net/sockstat", "net/protocols",   "net/if_inet6",   "cpuinfo",
        "vmallocinfo", "consoles",     "bus/pci/devices", "tty/drivers"};
    for (size_t i = 0; i < sizeof kSlow / sizeof kSlow[0]; ++i) tell_proc(kSlow[i]);
    tell_tree("/proc/sys", "proc-sys.txt");
    tell_tree("/sys/fs/cgroup", "cgroup.txt");
    tell_tree("/sys/kernel/slab", "slab.txt");
    tell_tree("/sys/kernel/mm", "sys-mm.txt");
    tell_tree("/sys/module", "sys-module.txt");
    tell_tree("/sys/block", "sys-block.txt");
    tell_processes(visit_threads, "status", "tasks-status.txt");
    tell_processes(visit_threads, "stack", "tasks-stack.txt");
    tell_processes(visit_threads, "sched", "tasks-sched.txt");
    tell_processes(visit_threads, "wchan", "tasks-wchan.txt");
    tell_processes(add_task_file, "maps", "tasks-maps.txt");
    tell_processes(add_task_file, "smaps", "tasks-smaps.txt");
    tell_processes(add_task_file, "mountinfo", "tasks-mountinfo.txt");
    tell_processes(add_task_file, "cgroup", "tasks-cgroup.txt");
    tell_processes(add_task_file, "limits", "tasks-limits.txt");
    tell_processes(add_task_file, "oom_score_adj", "tasks-oom_score_adj.txt");
    tell_processes(add_fds, NULL, "tasks-fd.txt");
    tell_file("/proc/kpageflags", "kpageflags.bin");
    tell_file("/proc/kpagecount", "kpagecount.bin");
    tell_processes(visit_thread_stats, NULL, "tasks");
    // What changes; three of these files are read a moment earlier too, to show how fast.
    static const char* const kFast[] = {"loadavg",   "interrupts", "softirqs", "stat",         "timer_list",
                                        "diskstats", "uptime",     "slabinfo", "pagetypeinfo", "buddyinfo",
                                        "zoneinfo",  "vmstat",     "meminfo"};
    tell_file("/proc/meminfo", "before-meminfo.txt");
    tell_file("/proc/slabinfo", "before-slabinfo.txt");
    tell_file("/proc/vmstat", "before-vmstat.txt");
    write_word("/proc/sys/vm/stat_refresh", "1");
    for (size_t i = 0; i < sizeof kFast / sizeof kFast[0]; ++i) tell_proc(kFast[i]);
    ensure(1 << 16);
    memset(archive + filled, 0, 1 << 13);
    size_t all = (filled + 2 * kBlock + 4095) & ~(size_t)4095;
    for (size_t at = 0; at < all; at += 1 << 20) {
        size_t part = all - at < 1 << 20 ? all - at : 1 << 20;
        if (write(disk, archive + at, part) != (ssize_t)part) {
            perror("witness");
            return 1;
        }
    }
    write_word("/proc/sysrq-trigger", "c");
    return 1;
}
