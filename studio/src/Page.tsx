/** One page, four rooms: Play is always alive underneath. */
import { Keys } from "./parts/Keys";
import { Notices } from "./parts/Notices";
import { PlayRoom } from "./play/PlayRoom";
import { Transport } from "./play/Transport";
import { Learn } from "./rooms/Learn";
import { Library } from "./rooms/Library";
import { Train } from "./rooms/Train";
import { connection, why } from "./state/engine";
import { isHelpOpen, room, spoken } from "./state/ui";

function Lost() {
  if (connection.value === "open" || connection.value === "opening") return null;
  if (connection.value === "refused") return <p class="lost" role="alert">This page has no key. Open it by the address that <code>continuo studio</code> printed in the terminal.</p>;
  return (
    <p class="lost" role="alert">
      <b>Looking for Continuo…</b> {why.value || "The connection was lost."} Keys still sound here; what you play meanwhile is not recorded. If this stays, start <code>continuo studio</code> again.
    </p>
  );
}

export function Page() {
  return (
    <div class="page">
      <Transport />
      <Lost />
      <div class="room" hidden={room.value !== "play"}><PlayRoom /></div>
      {room.value === "library" && <Library />}
      {room.value === "train" && <Train />}
      {room.value === "learn" && <Learn />}
      <Notices />
      {isHelpOpen.value && <Keys />}
      <p class="hidden" role="status" aria-live="polite">{spoken.value}</p>
    </div>
  );
}
