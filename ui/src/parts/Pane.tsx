import { Component, type ReactNode } from "react";
import { words } from "../words";
import { Button } from "./Button";
import styles from "./Pane.module.css";

interface PaneProps {
  title: string;
  /** At the right of the title. */
  actions?: ReactNode;
  /** Stays in sight while the rest scrolls. */
  footer?: ReactNode;
  /** What is in it scrolls by itself, in the height that is there. */
  fill?: boolean;
  /** What is in it may be as high as the pane, and higher. */
  grow?: boolean;
  children: ReactNode;
}

/** The part of a window that shows one screen: a title, what scrolls, what stays. */
export function Pane({ title, actions, footer, fill = false, grow = false, children }: PaneProps) {
  return (
    <section className={styles.pane} aria-labelledby="pane-title">
      <header className={styles.header}>
        <h1 id="pane-title" className={styles.title}>
          {title}
        </h1>
        <div className={styles.actions}>{actions}</div>
      </header>
      <PaneBoundary>
        <div className={styles.scroll} data-fill={fill ? "" : undefined} data-grow={grow ? "" : undefined}>
          <div className={styles.body}>{children}</div>
        </div>
        {footer !== undefined && <footer className={styles.footer}>{footer}</footer>}
      </PaneBoundary>
    </section>
  );
}

/** Keeps a fault of one pane inside it: the rest of the window goes on. */
export class PaneBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div className={styles.broken} role="alert">
        <p>
          {words.pane.broke}
          {words.following(words.pane.next)}
        </p>
        <Button onClick={() => this.setState({ broken: false })}>{words.pane.again}</Button>
      </div>
    );
  }
}
