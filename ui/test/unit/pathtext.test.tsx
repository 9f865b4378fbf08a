import { render } from "@testing-library/react";
import { expect, it } from "vitest";
import { PathText } from "../../src/parts/PathText";

const drawn = (text: string) => render(<PathText>{text}</PathText>).container;

it("lets a line end behind the separators of a path, and nowhere else", () => {
  expect(drawn("/home/ada/Down loads").innerHTML).toBe("/<wbr>home/<wbr>ada/<wbr>Down loads");
  expect(drawn("C:\\Users\\Ada").innerHTML).toBe("C:\\<wbr>Users\\<wbr>Ada");
  expect(drawn("contract.pdf").innerHTML).toBe("contract.pdf");
});

it("changes nothing of what is read and copied", () => {
  for (const text of ["", "/", "//server//share/", "Received files go to /mnt/stick/Inbox", "24 MB/s"]) {
    expect(drawn(text).textContent).toBe(text);
  }
});
