/** Small pictures, drawn in the colour of the text. */
const PATHS = {
  play: "M5 3.5v9l8-4.5z",
  stop: "M4 4h8v8H4z",
  record: "M8 3.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9z",
  pause: "M4 3.5h3v9H4zM9 3.5h3v9H9z",
  star: "M8 1.8l1.9 4 4.4.5-3.3 3 .9 4.3L8 11.4l-3.9 2.2.9-4.3-3.3-3 4.4-.5z",
  close: "M4.3 3.3L8 7l3.7-3.7 1 1L9 8l3.7 3.7-1 1L8 9l-3.7 3.7-1-1L7 8 3.3 4.3z",
  more: "M3 6.7h2.6v2.6H3zM6.7 6.7h2.6v2.6H6.7zM10.4 6.7H13v2.6h-2.6z",
  undo: "M6.2 2.8L7.3 4 5.5 5.8H10a3.6 3.6 0 1 1 0 7.2H6v-1.6h4a2 2 0 1 0 0-4H5.5l1.8 1.8-1.1 1.1L2.5 6.6z",
  redo: "M9.8 2.8L8.7 4l1.8 1.8H6a3.6 3.6 0 1 0 0 7.2h4v-1.6H6a2 2 0 1 1 0-4h4.5L8.7 9.2l1.1 1.1 3.7-3.7z",
  click: "M6.6 2h2.8l2.8 12H3.8zM7.7 3.6L5.6 12.4h4.8L9.9 10 7 7.2l.7-.8 1.8 1.7-1.1-4.5z",
  down: "M3.5 5.5L8 10l4.5-4.5 1 1L8 12 2.5 6.5z",
  folder: "M1.5 3.5h5l1.4 1.6h6.6v8.4h-13z",
  edit: "M11.2 2l2.8 2.8-8 8L2.4 13.6 3.2 10z",
  save: "M7.2 2h1.6v6l2-2 1.1 1.1L8 11 4.1 7.1 5.2 6l2 2zM2.5 12.4h11V14h-11z",
  dice: "M2.5 2.5h11v11h-11zM4 4v8h8V4zm1.2 1.2h1.6v1.6H5.2zm4 4h1.6v1.6H9.2zm0-4h1.6v1.6H9.2zm-4 4h1.6v1.6H5.2z",
  sound: "M2 6h2.5L8 3v10L4.5 10H2zM9.8 5.2a4 4 0 0 1 0 5.6l-1-1a2.6 2.6 0 0 0 0-3.6zM11.6 3.4a6.5 6.5 0 0 1 0 9.2l-1-1a5 5 0 0 0 0-7.2z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false"><path d={PATHS[name]} fill="currentColor" fill-rule="evenodd" /></svg>;
}
