"""An offer is accepted into a folder that the system's dialog chooses; what arrives there can be opened."""

import os

from parts import dialogs, sending, trees
from parts.application import INBOX, by
from parts.waiting import until


def run(desktop):
    file = trees.write(os.path.join(desktop.folder("sources"), "wanted there.bin"), 300_000)
    chosen = desktop.folder("elsewhere", "my photos")
    ada, bob = desktop.start("ada", file), desktop.start("bob", "--hidden")
    ada.page("index.html")
    sending.wait_selected(ada, [file])
    bob.page("inbox.html")
    [id] = sending.press_send(ada, bob.identity()["ticket"])

    bob.window(INBOX)
    card = sending.offer(bob, id)
    bob.press(f'{card} {by("accept-to-button")}')
    desktop.choose_in_dialog(dialogs.OFFER_FOLDER, chosen)
    bob.wait_state(id, "completed")
    trees.assert_equal(file, os.path.join(chosen, os.path.basename(file)))

    bob.click(f'{by("arrived-item", transfer_id=id)} {by("open-button")}')
    until("the file to be opened", lambda: desktop.services.opened() == [os.path.join(chosen, os.path.basename(file))])
