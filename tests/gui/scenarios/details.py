"""An opened row while it moves: map, files, paths, time line. Then its receipt and the log are saved by the dialog."""

import os

from parts import dialogs, sending, trees
from parts.application import by
from parts.waiting import until

# So slow that the row can be looked at; it is lifted then.
LIMIT = 500_000


def run(desktop):
    sources = desktop.folder("sources", "set")
    for number in range(300):
        trees.write(os.path.join(sources, f"{number:03}.txt"), 1000)
    trees.write(os.path.join(sources, "large.bin"), 40_000_000)
    ada, bob = desktop.start("ada"), desktop.start("bob", "--hidden")
    ada.page("index.html").wait(by("drop-area"))
    ticket = bob.page("index.html").identity()["ticket"]
    bob.call("trust", device=ada.identity()["ticket"], role="mine", name="Ada")
    sent = ada.call("send", paths=[sources], targets=[ticket], priority="normal", limit=LIMIT)
    [id] = sent["transfers"]

    ada.click(by("nav-activity"))
    ada.click(sending.inside(ada, id, "details-button"))
    ada.wait(by("chunk-map"))
    until("chunks to be there", lambda: "r" in ada.driver.attribute(by("chunk-map"), "data-map"))
    assert "have arrived" in ada.text(by("chunk-map-says"))
    until("a path in use", lambda: ada.driver.find(f'{by("path")}[data-in-use]'))
    ada.wait(by("chart"))
    ada.click(by("files-toggle"))
    until("files to be done", lambda: ada.driver.find(by("file-row", standing="done")))
    desktop.picture("files")
    ada.click(by("files-unfinished"))
    until("the open file alone", lambda: len(ada.driver.find_all(by("file-row"))) == 1)
    assert "large.bin" in ada.text(by("file-row"))
    ada.picture("unfinished")
    ada.call("set_limit", id=id, limit=0)
    ada.wait_state(id, "completed")

    # The receipt, where the dialog says.
    folder = desktop.folder("saved")
    receipt, log = os.path.join(folder, "receipt.txt"), os.path.join(folder, "log.csv")
    ada.click(by("nav-history"))
    ada.click(by("history-row"))
    ada.click(by("receipt-files-toggle"))
    until("the files of the receipt", lambda: ada.driver.find_all(by("receipt-file")))
    ada.picture("receipt")
    ada.press(by("receipt-save"))
    desktop.choose_in_dialog(dialogs.RECEIPT, receipt)
    until("the receipt to be written", lambda: os.path.exists(receipt))
    with open(receipt) as file:
        lines = [line for line in file if not line.startswith("#")]
    assert len(lines) == 301 and all(len(line.split("  ")[0]) == 64 for line in lines), lines[:3]
    ada.click(by("dialog-close"))
    ada.click(by("history-log"))
    ada.press(by("log-export"))
    desktop.choose_in_dialog(dialogs.LOG, log)
    until("the log to be written", lambda: os.path.exists(log) and os.path.getsize(log) > 0)
    with open(log) as file:
        assert file.readline().startswith("id,first,last,count,kind"), log
