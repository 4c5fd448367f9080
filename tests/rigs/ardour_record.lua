-- Ardour, without its window, records on MIDI tracks, one a channel.
-- ardour7-lua ardour_record.lua FOLDER TRACK... : the n-th track hears only channel n.
-- Says OPEN when others can connect its ports. Then, in round 1: records when the file FOLDER/roll-1
-- is there and says ROLLING-1; stops when FOLDER/stop-1 is there, and says SAVED-1. In round 2 it plays
-- from the start what the first track has recorded, and records on the others.

local folder = arg[1]
local names = {}
for i = 2, #arg do table.insert(names, arg[i]) end

local UI = ARDOUR.TransportRequestSource.TRS_UI
local NO_GROUP = PBD.GroupControlDisposition.NoGroup
local session_folder = folder .. "/session"
local session_file = session_folder .. "/take.ardour"
session = nil

local function pause(seconds) ARDOUR.LuaAPI.usleep(math.floor(seconds * 1e6)) end

local function wait(what, seconds, holds)
  for _ = 1, seconds * 50 do
    if holds() then return end
    pause(.02)
  end
  error("waited in vain for " .. what)
end

local function exists(path)
  local file = io.open(path)
  if file then file:close() end
  return file ~= nil
end

local function tell(word)
  print(word)
  io.stdout:flush()
end

local function start_engine(backend, device)
  assert(not AudioEngine:set_backend(backend, device, ""):isnil(), "no backend " .. backend)
  assert(AudioEngine:start(false) == 0, "the engine does not start")
end

local function midi() return ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1) end

-- Without JACK: ports that come and go twice upset its server.
local function create()
  start_engine("None (Dummy)", "Normal Speed")
  session = create_session(session_folder, "take", 48000)
  assert(session, "no session")
  for _, name in ipairs(names) do
    local made = session:new_midi_track(midi(), midi(), true, ARDOUR.PluginInfo(), nil, nil, 1,
      name, ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, false, false)
    assert(made:size() == 1, "no track")
  end
  session:save_state("", false, false, false, false, false)
  session = nil
  collectgarbage()
  close_session()
  AudioEngine:stop(false)
end

-- Lua has no call for it: a track's channel is chosen in the file, as Ardour itself writes it.
local function choose_channels()
  local file = assert(io.open(session_file))
  local text = file:read("a")
  file:close()
  for channel, name in ipairs(names) do
    local found
    text, found = text:gsub('(<Route [^>]*name="' .. name .. '"[^>]*)>', function(route)
      route = route:gsub('capture%-channel%-mode="%a+"', 'capture-channel-mode="FilterChannels"')
      local mask = string.format('capture-channel-mask="0x%x"', 1 << (channel - 1))
      return route:gsub('capture%-channel%-mask="%w+"', mask) .. ">"
    end)
    assert(found == 1, "the session has no track " .. name)
  end
  file = assert(io.open(session_file, "w"))
  file:write(text)
  file:close()
end

local function arm(name, is_armed)
  local control = session:route_by_name(name):to_track():rec_enable_control()
  control:set_value(is_armed and 1 or 0, NO_GROUP)
end

local function wait_for_order(order)
  wait(order, 90, function() return exists(folder .. "/" .. order) end)
end

local function record(round)
  wait_for_order("roll-" .. round)
  session:maybe_enable_record(false)
  session:request_roll(UI)
  wait("the transport", 12, function() return session:transport_rolling() end)
  wait("recording", 12, function() return session:actively_recording() end)
  tell("ROLLING-" .. round)
  wait_for_order("stop-" .. round)
  session:request_stop(false, false, UI)
  wait("the stop", 12, function() return not session:transport_rolling() end)
  pause(2) -- before that the regions are empty
  session:save_state("", false, false, false, false, false)
  tell("SAVED-" .. round)
end

create()
choose_channels()
start_engine("JACK", "ardour")
session = load_session(session_folder, "take")
assert(session, "the session cannot be opened again")
for _, name in ipairs(names) do arm(name, true) end
pause(.5)
assert(AudioEngine:running(), "JACK has been lost while the session was opened")
tell("OPEN")
record(1)
arm(names[1], false)
session:goto_start(false)
record(2)
session = nil
collectgarbage()
close_session()
quit()
