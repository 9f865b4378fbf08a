import { ContextMenu } from "@base-ui/react/context-menu";
import type { KeyboardEvent, ReactElement, ReactNode } from "react";
import { hasBrowserMenu, isField } from "../state/browserMenu";
import { MenuPopup } from "./MenuPopup";

interface ContextAreaProps {
  /** What has the menu. */
  render: ReactElement;
  /** Its items, drawn while it is open. */
  children: ReactNode;
  /** Of a list, which has one menu for all of its rows: takes the row that was asked, and says whether it has a menu. */
  onAsk?: (at: Element) => boolean;
}

/** A row, a card or a list with a menu at the pointer; by the Menu key or Shift+F10 at what has the focus in it. */
export function ContextArea({ render, children, onAsk }: ContextAreaProps) {
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger
        render={render}
        onKeyDown={askByKey}
        // The library would open by a clock of its own, and ask nobody. A long press gives the menu's event as well.
        onTouchStart={(event) => event.preventBaseUIHandler()}
        onContextMenu={(event) => {
          const at = event.target as Element;
          // A field or marked text in it has the browser's menu. The library listens at the document as well.
          const leave = hasBrowserMenu(at);
          if (leave) event.stopPropagation();
          // A dialog of a row is drawn elsewhere, and is not the row.
          const within = event.currentTarget.contains(at) && !leave;
          if (!within || onAsk?.(at) === false) event.preventBaseUIHandler();
        }}
      />
      <MenuPopup>{children}</MenuPopup>
    </ContextMenu.Root>
  );
}

/** Not each system's web view makes a menu's event of these keys, and some of them put it into a corner. */
function askByKey(event: KeyboardEvent) {
  const { key, shiftKey, target, currentTarget } = event;
  const asks = key === "ContextMenu" || (key === "F10" && shiftKey);
  if (!asks || event.defaultPrevented || !(target instanceof Element) || isField(target) || !currentTarget.contains(target)) return;
  event.preventDefault();
  const { left, bottom } = target.getBoundingClientRect();
  target.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: left, clientY: bottom }));
}
