"""The first run: three steps and a test of this device, once."""

from parts import dialogs
from parts.application import by
from parts.waiting import until


def run(desktop):
    folder = desktop.folder("received")
    ada = desktop.start("ada")
    ada.page("index.html").wait(by("first-run"))
    ada.fill(by("first-name"), "Attic")
    ada.picture("name")
    ada.click(by("first-next"))
    ada.click(by("first-visibility-nobody"))
    ada.click(by("first-next"))
    ada.press(by("first-folder"))
    desktop.choose_in_dialog(dialogs.INBOX_FOLDER, folder)

    def tested():
        checks = ada.driver.find_all(by("self-check"))
        return folder in ada.text(by("first-run")) and len(checks) == 4

    until("the self-test of the chosen folder", tested)
    results = {one["check"]: one["failure"] for one in ada.call("self_test")}
    # The session keeps out of the local network, and listens on the loopback.
    assert results["port"] is None and results["udp"] is None and results["disk"] is None, results
    ada.picture("place")
    ada.click(by("first-next"))
    until("the first run to be over", lambda: not ada.driver.find_all(by("first-run")))
    assert ada.identity()["name"] == "Attic"
    assert ada.identity()["inbox_folder"] == folder
    settings = ada.call("settings")
    assert settings["introduced"] and settings["visibility"] == "nobody", settings

    # Not again, whatever the end of the program was.
    ada.kill()
    ada.begin()
    ada.page("index.html").wait(by("drop-area"))
    until("the settings to be there", lambda: ada.identity())
    assert not ada.driver.find_all(by("first-run"))
    ada.picture("again")
