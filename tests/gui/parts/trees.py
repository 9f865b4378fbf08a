"""Folders to send, and whether what arrived equals them."""

import hashlib
import os
import stat


def write(path, size, seed=0):
    """A file of that size whose content is the seed's: not compressible, not repeating within 32 bytes' steps."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        block = b""
        for number in range(0, size, 1 << 20):
            block = hashlib.shake_128(f"{seed} {number}".encode()).digest(min(1 << 20, size - number))
            file.write(block)
    return path


def write_tree(root):
    """A folder with what tends to get lost: empty folders and files, blanks, other scripts, an execute bit, a link."""
    write(os.path.join(root, "a small file.txt"), 11, 1)
    write(os.path.join(root, "empty.txt"), 0)
    write(os.path.join(root, "deep/er/Grüße.bin"), 300_000, 2)
    os.makedirs(os.path.join(root, "an empty folder"))
    script = write(os.path.join(root, "run.sh"), 100, 3)
    os.chmod(script, 0o755)
    os.utime(script, (1_600_000_000, 1_600_000_000))
    os.symlink("a small file.txt", os.path.join(root, "link"))
    return root


def digest(path):
    hashed = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            hashed.update(block)
    return hashed.hexdigest()


def picture_of(root):
    """Every entry below root with what must survive a transfer."""
    if os.path.isfile(root) and not os.path.islink(root):
        return {"": ("file", digest(root))}
    entries = {}
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(folder, name)
            found = os.lstat(path)
            if stat.S_ISLNK(found.st_mode):
                entry = ("link", os.readlink(path))
            elif stat.S_ISDIR(found.st_mode):
                entry = ("folder",)
            else:
                entry = ("file", digest(path), int(found.st_mtime), bool(found.st_mode & stat.S_IXUSR))
            entries[os.path.relpath(path, root)] = entry
    return entries


def assert_equal(sent, arrived):
    was, now = picture_of(sent), picture_of(arrived)
    different = {name: (was.get(name), now.get(name)) for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
    assert was and not different, f"{sent} and {arrived} differ: {different}"
