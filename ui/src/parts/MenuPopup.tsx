import { Menu } from "@base-ui/react/menu";
import type { ComponentProps, ReactNode } from "react";
import { Icon } from "./Icon";
import styles from "./Popup.module.css";

/** The sheet of a menu, at its button (`below`) or at the pointer. What it holds is drawn while it is open. */
export function MenuPopup({ below = false, children }: { below?: boolean; children: ReactNode }) {
  return (
    <Menu.Portal>
      <Menu.Positioner className={styles.positioner} {...(below ? { align: "end", sideOffset: 4 } : {})}>
        <Menu.Popup className={styles.popup}>{children}</Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}

export function MenuItem({ name, ...rest }: ComponentProps<typeof Menu.Item> & { name: string }) {
  return (
    <Menu.Item {...rest} className={styles.item}>
      <span className={styles.name}>{name}</span>
    </Menu.Item>
  );
}

/** What is so or not. */
export function MenuCheck({ name, ...rest }: ComponentProps<typeof Menu.CheckboxItem> & { name: string }) {
  return (
    <Menu.CheckboxItem {...rest} className={styles.item} closeOnClick>
      <Menu.CheckboxItemIndicator className={styles.check}>
        <Icon name="check" />
      </Menu.CheckboxItemIndicator>
      <span className={styles.name}>{name}</span>
    </Menu.CheckboxItem>
  );
}

/** Items under a heading. */
export function MenuGroup({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Menu.Group>
      <Menu.GroupLabel className={styles.heading}>{title}</Menu.GroupLabel>
      {children}
    </Menu.Group>
  );
}

interface MenuChoiceProps<T extends string> {
  title: string;
  value: T;
  choices: readonly { value: T; name: string }[];
  onChange: (value: T) => void;
  /** Before the value, for the tests. */
  testId: string;
}

/** One of several. */
export function MenuChoice<T extends string>({ title, value, choices, onChange, testId }: MenuChoiceProps<T>) {
  return (
    <Menu.RadioGroup value={value} onValueChange={(next: T) => onChange(next)} aria-label={title}>
      <div className={styles.heading}>{title}</div>
      {choices.map((one) => (
        <Menu.RadioItem key={one.value} value={one.value} className={styles.item} data-testid={`${testId}-${one.value}`} closeOnClick>
          <Menu.RadioItemIndicator className={styles.check}>
            <Icon name="check" />
          </Menu.RadioItemIndicator>
          <span className={styles.name}>{one.name}</span>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

export function MenuRule() {
  return <Menu.Separator className={styles.rule} />;
}
