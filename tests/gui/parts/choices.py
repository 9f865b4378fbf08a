"""A list of choices, as a keyboard uses it."""

from .waiting import until

ENTER, DOWN, UP = "\ue007", "\ue015", "\ue013"
MARKED = "[role=option][data-highlighted]"


def choose(application, css, steps):
    """Opens the list and takes the one so many steps below what is chosen, or the first; above it if negative."""
    driver = application.driver

    def marked():
        """Which one is marked, counted from 0. The mark follows a key a moment later."""
        script = (
            "const all = [...document.querySelectorAll('[role=option]')];"
            "return all.findIndex((one) => one === document.activeElement && one.matches('[data-highlighted]'))"
        )
        return driver.script(script)

    application.wait(css)
    driver.type(css, ENTER)
    until(f"a choice of {css} to be marked", lambda: marked() >= 0)
    for _ in range(abs(steps)):
        before = marked()
        driver.type(MARKED, DOWN if steps > 0 else UP)
        until(f"the next choice of {css} to be marked", lambda: marked() not in (-1, before))
    driver.type(MARKED, ENTER)
    # It stays in the page, unseen.
    seen = "return [...document.querySelectorAll('[role=listbox]')].some((one) => one.getClientRects().length > 0)"
    until(f"the list of {css} to go", lambda: not driver.script(seen))
