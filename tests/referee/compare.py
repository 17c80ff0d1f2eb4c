"""When a name that `dis -t` gave an operand agrees with what DWARF says."""
import collections
import re
import subprocess

# What an operand counts as. "same place": the one names a structure that the other's is embedded in.
AGREES, SAME_PLACE, DIFFERS = "agrees", "same place", "differs"

MEMORY = re.compile(r"-?(?:0x)?[0-9a-f]*\(%[^)]*\)|\[[^\]]*\]")


def shape(text):
    """What must be equal for two instructions to be one: mnemonic and memory operand. Not the rest: addresses within
    it are moved by KASLR, and a lock prefix goes on a machine with one CPU."""
    words = text.split(None, 1)
    if words and words[0] in ("lock", "rep", "repe", "repne", "notrack") and len(words) > 1:
        words = words[1].split(None, 1)
    memory = MEMORY.search(text)
    return words[0] if words else "", memory.group().replace(" ", "") if memory else ""


def plain_type(name):
    return " ".join(word for word in name.replace("*", " * ").split() if word not in ("const", "volatile"))


def plain_paths(member):
    """The alternatives of a member, each without its indices: {"slots[]", "d_name.name"}."""
    paths = (re.sub(r"(\[[^\]]*\])+", "[]", path.strip()).lstrip(".") for path in member.split("|"))
    return {path for path in paths if path}


def splits(whole, end):
    """Where `whole` ends in the path `end`: how many components stand before it, else None."""
    if whole != end and whole.endswith("." + end):
        return whole[:-len(end) - 1].count(".") + 1
    return None


def is_anonymous(name):
    return name in ("", "struct", "union") or "{" in name or "(anon" in name


class Structures:
    """Asks the referee, once for all, what member paths pass."""

    def __init__(self, referee, vmlinux):
        self.command, self.asked, self.chains = [referee, vmlinux, "--paths"], set(), collections.defaultdict(list)

    def ask(self, type_name, path):
        self.asked.add((type_name, path))

    def answer(self):
        if not self.asked:
            return
        lines = "".join(f"{type_name}\t{path}\n" for type_name, path in sorted(self.asked))
        answers = subprocess.run(self.command, input=lines, capture_output=True, text=True, check=True).stdout
        for line in answers.splitlines():
            type_name, path, *chain = line.split("\t")
            self.chains[type_name, path].append(chain)

    def embeds(self, type_name, path, depth, inner, offset):
        """Whether behind that many components of the path a structure of type `inner` lies at the offset."""
        within = path.split(".")[:depth]
        for chain in self.chains[type_name, path]:
            if len(chain) <= depth:
                continue
            there, _, start = chain[depth].rpartition("@")
            # Which element of an array it is does not matter.
            if plain_type(there) == inner and (int(start) == offset or any("[" in part for part in within)):
                return True
        return False


def agrees(named, truths):
    """Type and at least one member path are those of DWARF."""
    type_name, paths = plain_type(named["type"]), plain_paths(named["member"])
    for truth in truths:
        of_truth = plain_type(truth["type"])
        same = type_name == of_truth or is_anonymous(type_name) or is_anonymous(of_truth)
        if same and paths & plain_paths("|".join(truth["members"])):
            return True
    return False


def embeddings(named, operand):
    """The (outer type, path, depth, inner type, offset of the inner one) that would make the two one place."""
    type_name, paths = plain_type(named["type"]), plain_paths(named["member"])
    ours = named.get("offset", operand["displacement"])
    ours = int(ours, 16) if isinstance(ours, str) else ours
    for truth in operand["truths"]:
        of_truth, offset = plain_type(truth["type"]), operand["displacement"] - truth["shift"]
        for other in plain_paths("|".join(truth["members"])):
            for path in paths:
                if (depth := splits(path, other)) is not None:
                    yield type_name, path, depth, of_truth, ours - offset
                if (depth := splits(other, path)) is not None:
                    yield of_truth, other, depth, type_name, offset - ours


def judge(named, operand, structures):
    if agrees(named, operand["truths"]):
        return AGREES
    if any(structures.embeds(*embedding) for embedding in embeddings(named, operand)):
        return SAME_PLACE
    return DIFFERS


def how_they_differ(named, truths):
    """A first guess at the kind of error, for sorting."""
    type_name, paths = plain_type(named["type"]), plain_paths(named["member"])
    same = [truth for truth in truths if plain_type(truth["type"]) == type_name]
    if not same:
        return "another type"
    others = plain_paths("|".join(path for truth in same for path in truth["members"]))
    if any(other.startswith((path + ".", path + "[]")) for path in paths for other in others):
        return "path ends early"
    if any(path.startswith((other + ".", other + "[]")) for path in paths for other in others):
        return "path goes too far"
    return "another member"
