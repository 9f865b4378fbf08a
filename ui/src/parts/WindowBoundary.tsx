import { Component, type ReactNode } from "react";
import { words } from "../words";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";
import { Empty } from "./Empty";

interface WindowState {
  fault: string | null;
}

/** The last net: what no pane could hold becomes a page with a way out, never an empty window. */
export class WindowBoundary extends Component<{ children: ReactNode }, WindowState> {
  override state: WindowState = { fault: null };

  static getDerivedStateFromError(thrown: unknown): WindowState {
    return { fault: thrown instanceof Error ? `${thrown.message}\n${thrown.stack ?? ""}` : String(thrown) };
  }

  override render() {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    const { crash } = words;
    return (
      <main role="alert" style={{ height: "100%" }} data-testid="crash">
        <Empty icon="warning" title={crash.title} hint={crash.text}>
          <Button look="primary" data-testid="crash-again" onClick={() => this.setState({ fault: null })}>
            {crash.reload}
          </Button>
          <CopyButton text={fault} label={crash.copyLabel} name={crash.copy} />
        </Empty>
      </main>
    );
  }
}
