import { Dialog as Base } from "@base-ui/react/dialog";
import { useRef, type ReactNode } from "react";
import { words } from "../words";
import { IconButton } from "./Button";
import styles from "./Dialog.module.css";
import overlay from "./Overlay.module.css";

interface DialogProps {
  title: string;
  /** One line below the title. */
  text?: string;
  onClose: () => void;
  children: ReactNode;
  "data-testid"?: string;
}

/** What has the focus first: what says so, else the tab that is shown. To close is never the first thing. */
const FIRST = "[data-first-focus], [role=tab][data-active]";

/** A window in the window, for something that is done from beginning to end. Escape and a click beside it close it. */
export function Dialog({ title, text, onClose, children, ...rest }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  const first = () => popup.current?.querySelector<HTMLElement>(FIRST) ?? true;
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={overlay.veil} />
        <Base.Popup
          {...rest}
          ref={popup}
          initialFocus={first}
          // It gets the focus when what had it is gone: then it goes on to what comes next.
          onFocus={({ target, currentTarget }) =>
            target === currentTarget && currentTarget.querySelector<HTMLElement>("[data-first-focus]")?.focus()
          }
          className={styles.dialog}
        >
          <header className={styles.header}>
            <div className={styles.names}>
              <Base.Title className={styles.title}>{title}</Base.Title>
              {text !== undefined && <Base.Description className={styles.text}>{text}</Base.Description>}
            </div>
            <Base.Close render={<IconButton icon="cross" label={words.close} data-testid="dialog-close" />} />
          </header>
          <div className={styles.body}>{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
