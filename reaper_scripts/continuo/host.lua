-- What Continuo keeps in REAPER: the takes folder, what is inserted; and how it speaks.

local host = {}

local SECTION = "continuo"
local FOLDER_KEY = "takes_folder"

-- Where Continuo saves takes unless it is told otherwise (--takes).
function host.default_folder()
  local system = reaper.GetOS()
  if system:match("^Win") then
    return (os.getenv("LOCALAPPDATA") or "") .. "\\continuo\\takes"
  end
  local home = os.getenv("HOME") or ""
  if system:match("^OSX") or system:match("^macOS") then
    return home .. "/Library/Application Support/continuo/takes"
  end
  local data = os.getenv("XDG_DATA_HOME")
  if not data or data == "" then data = home .. "/.local/share" end
  return data .. "/continuo/takes"
end

-- The folder that was chosen before, or nil.
function host.chosen_folder()
  local folder = reaper.GetExtState(SECTION, FOLDER_KEY)
  if folder ~= "" then return folder end
end

-- Asks for the takes folder and keeps it; nil if the musician cancels.
function host.ask_folder()
  local folder = host.chosen_folder() or host.default_folder()
  local ok, answer = reaper.GetUserInputs(
    "Continuo: where are the takes?", 1, "Takes folder,extrawidth=400", folder)
  if not ok then return end
  answer = answer:match("^%s*(.-)[%s/\\]*$")
  if answer == "" then return end
  reaper.SetExtState(SECTION, FOLDER_KEY, answer, true)
  return answer
end

-- The takes folder: asked for once, then known.
function host.folder()
  return host.chosen_folder() or host.ask_folder()
end

function host.join(folder, name)
  return folder .. package.config:sub(1, 1) .. name
end

-- The names in a folder, in order; REAPER caches them until it is asked for number -1.
function host.names(folder)
  local names, index = {}, 0
  reaper.EnumerateFiles(folder, -1)
  while true do
    local name = reaper.EnumerateFiles(folder, index)
    if not name or name == "" then break end
    table.insert(names, name)
    index = index + 1
  end
  table.sort(names)
  return names
end

-- The bytes of a file, or nil.
function host.read(path)
  local file = io.open(path, "rb")
  if not file then return end
  local bytes = file:read("a")
  file:close()
  return bytes
end

-- Writes a file that no reader sees half of; nil and a reason if it cannot.
function host.write(path, text)
  local temporary = path .. ".tmp"
  local file, reason = io.open(temporary, "wb")
  if not file then return nil, reason end
  local ok, trouble = file:write(text)
  local closed = file:close()
  if not (ok and closed) then
    os.remove(temporary)
    return nil, trouble or "the disk is full"
  end
  return os.rename(temporary, path)
end

-- What this project remembers under a name; nil if nothing.
function host.remembered(key)
  local found, value = reaper.GetProjExtState(0, SECTION, key)
  if found > 0 and value ~= "" then return value end
end

function host.remember(key, value)
  reaper.SetProjExtState(0, SECTION, key, value)
end

-- The project in front, to compare with.
function host.project()
  return (reaper.EnumProjects(-1))
end

-- A sentence for the musician, in REAPER's console.
function host.say(sentence)
  reaper.ShowConsoleMsg("Continuo: " .. sentence .. "\n")
end

return host
