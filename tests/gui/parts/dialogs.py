"""The titles of the system's file dialogs, as the windows give them (ui/src/words/en/dialogs.ts)."""

FILES = "Choose files to send"
FOLDERS = "Choose folders to send"
INBOX_FOLDER = "Choose the inbox folder"
OFFER_FOLDER = "Choose the folder for this offer"
WATCHED_FOLDER = "Choose a folder to watch"
RECEIPT = "Save the receipt"
LOG = "Save the security log"
