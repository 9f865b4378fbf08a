import { Fragment } from "react";

/** A path, or a sentence with one in it: where a line must end in it, it ends behind a separator, not inside of a name. */
export function PathText({ children }: { children: string }) {
  return [...children.matchAll(/[^/\\]*[/\\]+|[^/\\]+$/g)].map(({ index, 0: part }) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
