#include "cli/store.h"

#include <gtest/gtest.h>

#include "cli/scratch_test.h"

namespace inquest {

TEST(Stores, ListsEveryKeeperNewestFirst) {
    Scratch machine;
    machine.write("var/crash/127.0.0.1-2024-01-31-10:00:00/vmcore-dmesg.txt", "x", 1);
    machine.write("var/crash/202401311000/dump.202401311000", "x", 2);
    machine.write("var/crash/_usr_bin_x.0.crash", "x", 9);
    machine.write("var/spool/abrt/oops-1/backtrace", "x", 3);
    machine.write("var/spool/abrt/oops-1/type", "Kerneloops\n", 3);
    machine.write("var/spool/abrt/ccpp-1/backtrace", "x", 8);
    machine.write("var/spool/abrt/ccpp-1/type", "CCpp", 8);
    machine.write("sys/fs/pstore/dmesg-ramoops-0", "x", 4);
    machine.write("var/lib/systemd/pstore/170000/dmesg.txt", "x", 5);

    std::string all;
    for (const KeptCrash& crash : kept_crashes(machine.root()))
        all += std::string(crash.store) + " " + crash.place.substr(machine.root().size()) + " " + crash.note +
               "\n";
    EXPECT_EQ(all,
              "pstore /var/lib/systemd/pstore/170000 \n"
              "pstore /sys/fs/pstore \n"
              "abrt /var/spool/abrt/oops-1 oops\n"
              "kdump /var/crash/202401311000 dump without log\n"
              "kdump /var/crash/127.0.0.1-2024-01-31-10:00:00 \n");
}

TEST(Stores, AMachineWithoutAnyHasNone) {
    Scratch machine;
    EXPECT_TRUE(kept_crashes(machine.root()).empty());
}

}  // namespace inquest
