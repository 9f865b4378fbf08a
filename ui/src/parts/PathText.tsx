import { Fragment } from "react";

/** A path, or a sentence with one in it: where a line must end in it, it ends behind a separator, not inside of a name. */
export function PathText({ children }: { children: string }) {
  const ends = [...children.matchAll(/[/\\]+/g)].map(({ index, 0: separator }) => index + separator.length);
  return [...ends, children.length].map((end, at) => (
    <Fragment key={end}>
      {at > 0 && <wbr />}
      {children.slice(ends[at - 1] ?? 0, end)}
    </Fragment>
  ));
}
