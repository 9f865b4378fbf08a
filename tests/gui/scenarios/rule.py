"""A rule that is set in the Devices screen decides at once what a device may bring without a question."""

import os

from parts import trees
from parts.application import by
from parts.waiting import until


def run(desktop):
    sources = desktop.folder("sources")
    small = trees.write(os.path.join(sources, "small.pdf"), 1000)
    large = trees.write(os.path.join(sources, "large.pdf"), 3_000_000)
    ada, bob = desktop.start("ada", "--hidden"), desktop.start("bob")
    sender = ada.page("index.html").identity()
    ticket = bob.page("index.html").identity()["ticket"]
    bob.call("trust", device=sender["ticket"], role="trusted", name="Ada")

    bob.click(by("nav-devices"))
    row = by("device-row", device_id=sender["device_id"])
    bob.click(f'{row} {by("device-details")}')
    bob.click(by("rule-limited"))
    bob.fill(by("rule-number"), "0.002")
    bob.picture("editor")
    bob.click(by("rule-save"))
    rule = until("the rule to be set", lambda: bob.call("devices")[0].get("rule"))
    # The editor begins with gigabytes.
    assert rule["max_bytes"] == 2_000_000, rule
    bob.picture("rule")

    [within] = ada.call("send", paths=[small], targets=[ticket], priority="normal")["transfers"]
    bob.wait_state(within, "completed")
    [beyond] = ada.call("send", paths=[large], targets=[ticket], priority="normal")["transfers"]
    card = by("offer-card", transfer_id=beyond)
    bob.page("inbox.html").wait(card)
    # Judged when the last entry has come.
    until("the card to say why", lambda: "not accepted by itself" in bob.text(card))
    bob.picture("beyond")
    bob.click(f'{card} {by("accept-button")}')
    bob.wait_state(beyond, "completed")
