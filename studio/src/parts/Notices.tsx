/** What is said to the musician, in a corner. */
import { dismiss, notices } from "../state/notices";
import { Icon } from "./icons";

export function Notices() {
  return (
    <div class="notices" role="log" aria-live="polite" aria-label="Messages">
      {notices.value.map(({ number, kind, text, action }) => (
        <div key={number} class={`notice ${kind}`}>
          <p>{text}</p>
          {action && <button type="button" onClick={() => { action[1](); dismiss(number); }}>{action[0]}</button>}
          <button type="button" class="quiet" aria-label="Close this message" onClick={() => dismiss(number)}><Icon name="close" /></button>
        </div>
      ))}
    </div>
  );
}
