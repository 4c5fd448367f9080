/** What is said to the musician: never in the way, and never lost in silence. */
import { signal } from "@preact/signals";
import { wire } from "../wire/wire";

export interface Notice {
  readonly number: number;
  readonly kind: "info" | "warning";
  readonly text: string;
  /** A button beside it: what it says, what it does. */
  readonly action?: readonly [string, () => void] | undefined;
}

const INFO_MS = 7_000;
const WARNING_MS = 20_000;
const MOST = 3;
export const notices = signal<readonly Notice[]>([]);
let last = 0;

export function say(text: string, kind: Notice["kind"] = "info", action?: Notice["action"]): void {
  const notice = { number: ++last, kind, text, action };
  notices.value = [...notices.value.filter((one) => one.text !== text), notice].slice(-MOST);
  setTimeout(() => dismiss(notice.number), kind === "info" ? INFO_MS : WARNING_MS);
}

export const warn = (text: string): void => say(text, "warning");

export function dismiss(number: number): void {
  notices.value = notices.value.filter((one) => one.number !== number);
}

wire.on("error", ([, sentence]) => warn(String(sentence)));
/** The status says it already. */
const isStatus = (sentence: string): boolean => /^[\w.+-]+ is (ready|loading)$/.test(sentence);
wire.on("notice", ([kind, sentence]) => !isStatus(String(sentence)) && say(String(sentence), kind === "warning" ? "warning" : "info"));
wire.on("worker", ([state, detail]) => {
  if (state === "restarted") warn("The process that composes was started again; the music goes on.");
  if (state === "failed") warn(`The process that composes failed: ${String(detail)}`);
});
