"""What the module sieve kept of the objects of its cache, against what `inquest exec VMCORE kmem -S` calls allocated."""
import truth


def sieve(inquest, dump, folder):
    if "sieve " not in (folder / "modules").read_text():
        return []
    symbols = {symbol["name"]: symbol for symbol in truth.ask(inquest, dump, "sym", "sieve_kept", "sieve_all")["symbols"]}
    kept, all_ = ({int(word, 16) for word in truth.ask(inquest, dump, "rd", symbols[name]["address"], "3000")["words"]} - {0}
                  for name in ("sieve_kept", "sieve_all"))
    cache = truth.ask(inquest, dump, "kmem", "-S", "sieve")["caches"][0]
    allocated, free = ({int(address, 16) for slab in cache["slab_list"] for address in slab[state]} for state in ("allocated", "free"))
    wrong = []
    if allocated != kept:
        wrong.append(f"kmem -S sieve: {len(allocated - kept)} objects are called allocated that are free, {len(kept - allocated)} free that are not")
    if not all_ - kept <= free:
        wrong.append(f"kmem -S sieve: {len(all_ - kept - free)} freed objects are missing")
    if cache["allocated"] != len(kept):
        wrong.append(f"kmem -s sieve: {cache['allocated']} objects allocated, were {len(kept)}")
    return wrong
