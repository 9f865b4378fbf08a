"""A list of choices, as a keyboard uses it."""

ENTER, DOWN, UP = "\ue007", "\ue015", "\ue013"


def choose(application, css, steps):
    """Opens the list and takes the one so many steps below what is chosen, or the first; above it if negative."""
    application.wait(css)
    application.driver.type(css, ENTER)
    application.wait("[role=listbox]")
    step = DOWN if steps > 0 else UP
    for key in [step] * abs(steps) + [ENTER]:
        application.wait("[role=option][data-highlighted]")
        application.driver.type("[role=option][data-highlighted]", key)
