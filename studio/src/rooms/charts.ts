/** uPlot by itself: fetched when the first chart is drawn, for most who play never look at one. */
export { default } from "uplot";
