#!/usr/bin/env python3
"""How the program behaves towards a shell: exit status, pipes, files, signals.

usage: run.py INQUEST
"""
import gzip
import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import traceback
import xml.sax.saxutils

SAMPLES = pathlib.Path(__file__).resolve().parent.parent / "golden/samples"
CRASH = SAMPLES / "x86-null-in-out-of-tree-module.log"
WARNING = SAMPLES / "warnings-alone.log"
INQUEST = pathlib.Path(sys.argv[1]).resolve()


def run(*words, **options):
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 60} | options
    return subprocess.run([INQUEST, *map(str, words)], **options)


def test_exit_status_of_crash_warning_nothing_usage_and_unreadable():
    assert run("report", CRASH).returncode == 0
    assert run("report", WARNING).returncode == 1
    assert run("report", SAMPLES / "no-crash-boot.log").returncode == 1
    assert run("report", "--nonsense").returncode == 2
    assert run("report", "no such file").returncode == 3
    assert run("report", CRASH, "no such file").returncode == 3


def test_a_cut_input_is_reported_and_gives_3():
    with tempfile.TemporaryDirectory() as scratch:
        cut = pathlib.Path(scratch) / "cut.log.gz"
        cut.write_bytes(gzip.compress(CRASH.read_bytes() + os.urandom(100000).hex().encode())[:-40000])
        done = run("report", cut)
        assert done.returncode == 3, done
        assert b"lab_conn_put" in done.stdout and done.stderr.count(b"\n") == 1, done


def test_a_configuration_leaves_issues_out_and_a_wrong_one_gives_3():
    with tempfile.TemporaryDirectory() as scratch:
        config = pathlib.Path(scratch) / "config.gz"
        config.write_bytes(gzip.compress(b"CONFIG_NET=y\n# CONFIG_BT is not set\n"))
        done = run("issue", "exposure", "--kernel", "6.1.50", "--config", config)
        assert done.returncode == 0 and b"issues are left out: their code is not in this configuration" in done.stdout, done
        for wrong in (CRASH, scratch, config.with_name("none")):
            done = run("issue", "exposure", "--kernel", "6.1.50", "--config", wrong)
            assert done.returncode == 3 and done.stderr.count(b"\n") == 1, done


def test_a_compiled_file_of_issues_that_is_damaged_or_old_gives_3_and_a_sentence():
    with tempfile.TemporaryDirectory() as scratch:
        report, good = pathlib.Path(scratch) / "reports", pathlib.Path(scratch) / "good"
        report.mkdir()
        (report / "T-1.yaml").write_text("title: it died\nadvice: do not\n")
        (report / "T-1.log").write_bytes(CRASH.read_bytes())
        done = run("issue", "import", "solved", report, "-o", good)
        assert done.returncode == 0, done
        assert run("issue", "show", "--knowledge", good, "T-1").returncode == 0
        assert b"T-1" in run("issue", "match", "--knowledge", good, CRASH).stdout
        data = good.read_bytes()
        middle = len(data) // 2
        for bad in (data[:-1], data[:20], data[:7] + b"9" + data[8:],
                    data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1:]):
            path = pathlib.Path(scratch) / "bad"
            path.write_bytes(bad)
            done = run("report", "--knowledge", path, CRASH)
            assert done.returncode == 3 and not done.stdout and done.stderr.count(b"\n") == 1, done


def test_standard_input_is_a_dash():
    done = run("report", "--brief", "-", stdin=None, input=CRASH.read_bytes())
    assert done.returncode == 0 and b"lab_conn_put" in done.stdout, done


def test_the_answer_goes_to_a_private_file():
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "report.json"
        done = run("report", "--format", "json", "-o", path, CRASH)
        assert done.returncode == 0 and not done.stdout, done
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"lab_conn_put" in path.read_bytes()


def test_an_answer_that_cannot_be_written_gives_2_and_a_sentence():
    done = run("report", "-o", "/no/such/folder/report", CRASH)
    assert done.returncode == 2 and b"No such file" in done.stderr, done
    with open("/dev/full", "wb") as full:
        done = run("report", CRASH, stdout=full)
    assert done.returncode == 2 and b"No space left" in done.stderr, done


def test_a_closed_standard_output_does_not_hit_another_file():
    with tempfile.TemporaryDirectory() as scratch:
        log = pathlib.Path(scratch) / "console.log"
        log.write_bytes(CRASH.read_bytes())
        done = run("report", log, stdout=None, preexec_fn=lambda: os.close(1))
        assert done.returncode == 2, done
        assert log.read_bytes() == CRASH.read_bytes()


def test_a_reader_that_leaves_ends_the_program_without_a_word():
    reader, writer = os.pipe()
    os.close(reader)
    done = run("report", CRASH, stdout=writer, restore_signals=True)
    os.close(writer)
    assert done.returncode == -13 and not done.stderr, done


def test_no_colours_but_on_a_terminal():
    assert b"\x1b" not in run("report", CRASH).stdout
    master, slave = os.openpty()
    done = run("report", "--brief", CRASH, stdout=slave, env={**os.environ, "NO_COLOR": "1"})
    os.close(slave)
    assert done.returncode == 0 and b"\x1b" not in os.read(master, 100000)
    os.close(master)


def test_several_inputs_share_pseudonyms():
    first, second = SAMPLES / "hung-task-rsyslog.log", SAMPLES / "journal-json.log"
    done = run("report", "--redact", "--format", "json", first, second, first)
    names = [json.loads(line)["host"]["name"] for line in done.stdout.splitlines()]
    assert names[0] == names[2] != names[1], names
    assert b"files2" not in done.stdout and b"files2" in run("report", "--format", "json", first).stdout


def test_json_of_several_inputs_is_a_document_a_line():
    done = run("report", "--format", "json", CRASH, WARNING)
    assert done.stdout.count(b"\n") == 2 and done.stdout.count(b'"schema"') == 2, done


def test_the_log_beside_a_damaged_dump_is_read():
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "vmcore").write_bytes(b"KDUMP   " + bytes(100))
        done = run("report", folder / "vmcore")
        assert done.returncode == 3 and not done.stdout and done.stderr.count(b"\n") == 1, done
        (folder / "vmcore-dmesg.txt").write_bytes(CRASH.read_bytes())
        done = run("report", folder / "vmcore")
        assert done.returncode == 0 and b"beside" in done.stderr and b"lab_conn_put" in done.stdout, done


def main():
    tests = {name: test for name, test in globals().items() if name.startswith("test_")}
    failed = []
    for name, test in tests.items():
        try:
            test()
        except (AssertionError, subprocess.TimeoutExpired, OSError):
            failed.append(name)
            print(f"{name} failed")
            traceback.print_exc(file=sys.stdout)
    if folder := os.environ.get("INQUEST_TEST_RESULTS"):
        cases = "".join(f"<testcase name={xml.sax.saxutils.quoteattr(name)}/>\n" for name in tests)
        (pathlib.Path(folder) / "behaviour.xml").write_text(
            f'<testsuites tests="{len(tests)}" failures="{len(failed)}">\n{cases}</testsuites>\n')
    print(f"{len(tests) - len(failed)} behaviour tests passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
