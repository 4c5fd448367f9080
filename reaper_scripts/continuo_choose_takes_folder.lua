-- Continuo: asks again where the takes are.

local here = debug.getinfo(1, "S").source:match("^@?(.*[/\\])") or ""
package.path = here .. "?.lua;" .. package.path
require("continuo.host").ask_folder()
