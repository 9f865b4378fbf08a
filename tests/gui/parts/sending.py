"""What a person does to send: choose, name the device, press Send. Used by several scenarios."""

from .application import by
from .waiting import until


def selected(application):
    """Paths that wait in the window."""
    elements = application.driver.find_all(by("selection-item"))
    return sorted(
        application.driver.ask("GET", f"/element/{element}/attribute/data-path") for element in elements
    )


def wait_selected(application, paths):
    until(f"the selection to be {paths}", lambda: selected(application) == sorted(paths))


def press_send(application, ticket):
    """Names the target and sends; the ids of the transfers that this makes."""
    before = {one["id"] for one in application.transfers()}
    application.wait(by("target-input"))
    application.driver.type(by("target-input"), ticket)
    application.click(by("send-button"))

    def made():
        return [one["id"] for one in application.transfers() if one["id"] not in before]

    return until("a transfer to be made", made)


def offer(application, id):
    """The inbox page with the card of that offer."""
    application.page("inbox.html")
    application.wait(by("offer-card", transfer_id=id))
    return by("offer-card", transfer_id=id)


def answer(application, id, button):
    """Presses one of the buttons of an offer's card."""
    application.click(f"{offer(application, id)} {by(button)}")


def inside(application, id, test_id):
    """A selector for something in the row of a transfer."""
    return f'{by("transfer-row", transfer_id=id)} {by(test_id)}'
