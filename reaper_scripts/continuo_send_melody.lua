-- Continuo: sends the selected MIDI item as the melody and inserts the accompaniment below it.

local here = debug.getinfo(1, "S").source:match("^@?(.*[/\\])") or ""
package.path = here .. "?.lua;" .. package.path
require("continuo.melody").run()
