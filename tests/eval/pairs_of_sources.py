#!/usr/bin/env python3
"""Finds crashes that two sources quote: a report on a mailing list, and the CVE record of the fix.

usage: pairs_of_sources.py RECORDS.jsonl ARCHIVE.git... >PAIRS.jsonl

RECORDS holds one record of the kernel CNA a line: {"cve", "title", "text", ...}. ARCHIVE is the git directory of a mailing
list's archive, a commit a mail, its text in the file `m`. A patch whose subject is a record's title (and only one record's)
says in its tags whose report it answers: syzbot's name of the bug, or the address of the report. The report is the first
mail of a thread that quotes three functions or more, no patch, and has that name or that message id. Measured with
measure_known_issues.py --pairs.
"""
import collections
import email
import email.policy
import json
import re
import subprocess
import sys
import threading

FRAME = re.compile(rb"[A-Za-z_][\w.]*\+0x[0-9a-f]+/0x[0-9a-f]+")
SYZBOT = re.compile(r"syzbot\+([0-9a-f]{12,})(?:@|%40)")
LINK = re.compile(r"^(?:Closes|Link|Reported-by|Bug):?.*?https?://(?:lore\.kernel\.org|patch\.msgid\.link|lkml\.kernel\.org)"
                  r"/(?:r/|[\w.-]+/)?([^\s/>]+@[^\s/>]+)", re.M)
MARKS = re.compile(r"^(?:(?:re|fwd?|\[[^\]]*\])[: ]*)*", re.I)


def normal(subject):
    return " ".join(MARKS.sub("", subject).lower().split()).rstrip(".")


def mails(archive):
    """The bytes of every mail."""
    commits = subprocess.run(["git", "-C", archive, "log", "--all", "--format=%H:m"], capture_output=True, check=True).stdout
    git = subprocess.Popen(["git", "-C", archive, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask():
        git.stdin.write(commits)
        git.stdin.close()
    threading.Thread(target=ask, daemon=True).start()
    while head := git.stdout.readline().split():
        if head[-1] != b"missing":
            yield git.stdout.read(int(head[2]) + 1)


def read(data):
    """Subject, message id, sender and text; None for what is no mail."""
    try:
        mail = email.message_from_bytes(data, policy=email.policy.default)
        body = mail.get_body(("plain",))
        return " ".join(str(mail["Subject"] or "").split()), str(mail["Message-ID"] or "").strip("<> \n"), str(mail["From"]), body.get_content()
    except Exception:  # whatever the library throws on mails that are not well-formed
        return None


def main():
    records = [json.loads(line) for line in open(sys.argv[1])]
    titles = collections.defaultdict(set)
    for record in records:
        titles[normal(record["title"])].add(record["cve"])
    by_name, by_id, patches = collections.defaultdict(list), {}, []
    for archive in sys.argv[2:]:
        for data in mails(archive):
            patch = b"PATCH" in data[:6000] and b"\ndiff --git" in data
            report = not patch and b"+0x" in data and len(FRAME.findall(data)) >= 3
            mail = read(data) if patch or report else None
            if not mail:
                continue
            subject, message, sender, text = mail
            if patch and len(titles.get(normal(subject), ())) == 1:
                tags = text.split("\ndiff --git")[0]
                patches.append((*titles[normal(subject)], SYZBOT.findall(tags), LINK.findall(tags)))
            elif report and not subject.lower().startswith("re:") and "PATCH" not in subject:
                by_id[message] = text
                for name in set(SYZBOT.findall(text + sender)):
                    by_name[name].append(message)
    found = {(cve, message) for cve, names, links in patches
             for message in [*links, *(m for name in names for m in by_name.get(name, ()))] if message in by_id}
    for cve, message in sorted(found):
        print(json.dumps({"cve": cve, "message": message, "text": by_id[message]}))


if __name__ == "__main__":
    main()
