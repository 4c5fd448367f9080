-- Continuo: fills what the time selection is around in the selected MIDI item.

local here = debug.getinfo(1, "S").source:match("^@?(.*[/\\])") or ""
package.path = here .. "?.lua;" .. package.path
require("continuo.melody").run(true)
