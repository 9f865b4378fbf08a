// The program's own line icons on a grid of 16.

const SHAPES = {
  up: "M8 13V3M3.5 7.5 8 3l4.5 4.5",
  down: "M8 3v10M3.5 8.5 8 13l4.5-4.5",
  send: "M2.5 7.4 13.5 2.5 9.2 13.5 7.3 8.8zM7.3 8.8l6.2-6.3",
  activity: "M2 4h12M2 8h7.5M2 12h10",
  devices: "M2 3.5h9v6.5H2zM4.5 13h4M6.5 10v3M12 6.5h2.5v6.5H11v-1",
  settings: "M2 4.5h6.5M12 4.5h2M2 11.5h2M7.5 11.5H14M10.25 2.75a1.75 1.75 0 1 1 0 3.5 1.75 1.75 0 0 1 0-3.5M5.75 9.75a1.75 1.75 0 1 1 0 3.5 1.75 1.75 0 0 1 0-3.5",
  inbox: "M2.5 9 4.5 3h7l2 6v4h-11zM2.5 9h3.2l1 1.7h2.6l1-1.7h3.2",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  resume: "M5 3.2v9.6L12.5 8z",
  cross: "M4 4l8 8M12 4l-8 8",
  more: "M8 3.6v.01M8 8v.01M8 12.4v.01",
  minus: "M3.5 8h9",
  blocked: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M3.7 3.7l8.6 8.6",
  history: "M2.2 8a5.8 5.8 0 1 0 1.9-4.3M2.2 2.2v2.9h2.9M8 4.8V8l2.2 1.6",
  search: "M7 2.2a4.8 4.8 0 1 0 0 9.6A4.8 4.8 0 0 0 7 2.2M10.5 10.5l3.3 3.3",
  visible: "M1.5 8S3.9 3.6 8 3.6 14.5 8 14.5 8 12.1 12.4 8 12.4 1.5 8 1.5 8M8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6",
  hidden: "M2.5 2.5l11 11M6.4 3.8A6 6 0 0 1 8 3.6c4.1 0 6.5 4.4 6.5 4.4a11 11 0 0 1-1.9 2.4M4.2 5A11 11 0 0 0 1.5 8S3.9 12.4 8 12.4a6 6 0 0 0 3-.8",
  plus: "M8 3.5v9M3.5 8h9",
  check: "M3 8.5 6.5 12 13 4.5",
  verify: "M8 1.8 13 3.6v4c0 3.2-2.1 5.4-5 6.6-2.9-1.2-5-3.4-5-6.6v-4zM5.6 7.9 7.3 9.6 10.5 6.3",
  warning: "M8 2.5 14.3 13.3H1.7zM8 6.7v3.1M8 11.5v.01",
  info: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 7.4v3.6M8 5v.01",
  question: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.5.3-.8.6-.8 1.2M8 11.3v.01",
  file: "M4 1.8h5.2L12.5 5v9.2H4zM9 2v3.2h3.3",
  folder: "M1.8 3.5h4.4l1.5 1.8h6.5v7.4H1.8z",
  link: "M6.6 9.4l2.8-2.8M7.2 4.9l1.4-1.4a2.8 2.8 0 0 1 4 4l-1.4 1.4M8.8 11.1l-1.4 1.4a2.8 2.8 0 0 1-4-4l1.4-1.4",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.3V2.5h-8v8h2.8",
  chevron: "M4 6.2 8 10.2l4-4",
  drop: "M8 2v7.5M4.8 6.3 8 9.5l3.2-3.2M2.5 10.5v3h11v-3",
} as const;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = "1.23em" }: { name: IconName; size?: string }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "more" ? 2 : 1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{ flex: "none" }}
    >
      <path d={SHAPES[name]} />
    </svg>
  );
}
