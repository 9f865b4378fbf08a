"""Another device answers where a known one was: the window says so, nothing is sent, and a person decides."""

import os

from parts import trees
from parts.application import by, wait_free
from parts.waiting import stays, until


def run(desktop):
    file = trees.write(os.path.join(desktop.folder("sources"), "secret.txt"), 1000)
    ada = desktop.start("ada")
    bob = desktop.start("bob", "--hidden")
    known = bob.page("index.html").identity()
    ada.page("index.html").wait(by("drop-area"))
    ada.call("trust", device=known["ticket"], role="trusted", name="Bob")
    bob.end()

    # Somebody else takes bob's place in the network.
    wait_free(known["listen"])
    eve = desktop.start("eve", "--hidden", "--listen", known["listen"])
    found = eve.page("index.html").identity()
    assert found["device_id"] != known["device_id"]
    ada.call("send", paths=[file], targets=[known["device_id"]], priority="normal")
    ada.wait(by("alarm", kind="other_key"))
    said = ada.text(by("alarm"))
    for word in ("Bob", known["device_id"], found["device_id"], known["listen"]):
        assert word in said, (word, said)
    ada.picture("alarm")
    # Whoever does not look at the window is told as well, once, and led to it.
    told = desktop.services.notification(ada.pid, "This is not Bob")
    assert "Nothing is sent to it" in told["body"], told
    desktop.close_window(ada.window())
    until("the window to be hidden", lambda: not ada.visible())
    desktop.services.click_notification(told)
    ada.window()
    # The tray follows within a second.
    until("it in the menu", lambda: desktop.services.entries(ada.pid)["A device is not what it was: look at it"])
    # It stands on every screen, and in the inbox.
    ada.click(by("nav-settings"))
    ada.wait(by("alarm"))
    ada.page("inbox.html").wait(by("alarm"))
    ada.page("index.html")

    # Nothing more is sent to bob until somebody decides.
    refused = ada.driver.invoke(
        "call", {"name": "send", "args": {"paths": [file], "targets": [known["device_id"]], "priority": "normal"}}
    )
    assert refused.get("failure", {}).get("code") == "identity_refused", refused
    stays("nothing at eve", lambda: eve.transfers() == [], 1)

    ada.click(by("alarm-keep"))
    until("the alarm to go", lambda: not ada.driver.find_all(by("alarm")))
    [alarm] = ada.call("alarms")
    assert alarm["acknowledged_ms"] is not None, alarm
    ada.call("send", paths=[file], targets=[known["device_id"]], priority="normal")

    # Both are in the log.
    ada.click(by("nav-history"))
    ada.click(by("history-log"))
    until("the log to be listed", lambda: len(ada.driver.find_all(by("log-row"))) > 1)
    listed = ada.driver.script("return document.body.innerText")
    assert "Another key where Bob should be" in listed, listed
    kinds = {entry["kind"] for entry in ada.call("audit")["entries"]}
    assert {"identity_alarm", "alarm_acknowledged"} <= kinds, kinds
    ada.picture("log")
