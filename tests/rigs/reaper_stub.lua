-- A strict stand-in for REAPER's `reaper` table: what is not in it, or is called wrongly, raises.
-- Names, arguments and results are those of REAPER's own list of ReaScript functions; so are the
-- notes on EnumerateFiles (cached until asked for -1), MIDI_InsertNote (noSort) and defer (once).

local stub = {
  version = 7, system = "Other", now = 0, project = "project one",
  tempos = { { quarter = 0, bpm = 120 } }, numerator = 4, denominator = 4, ticks = 960,
  cursor = 0, time_selection = { 0.0, 0.0 }, play_state = 0, play_position = 0,
  tracks = {}, selected = nil, messages = {}, undone = {}, ext = {}, project_ext = {},
  answers = {}, buttons = {}, fails_at_note = nil,
  undo = 0, guards = 0,
}
local deferred, at_exit, listings, inserted = {}, {}, {}, 0

-- What may be passed: i whole number, n number, s string, b boolean, f function, others by class.
local KINDS = { n = "number", s = "string", b = "boolean", f = "function" }

local function fits(kind, value)
  if kind == "i" then return math.type(value) ~= nil and math.tointeger(value) ~= nil end
  if KINDS[kind] then return type(value) == KINDS[kind] end
  return type(value) == "table" and value.class == kind and not value.is_gone
end

local function checked(name, kinds, body)
  return function(...)
    local given = table.pack(...)
    assert(given.n <= #kinds, name .. ": too many arguments")
    for position, kind in ipairs(kinds) do
      local is_optional = kind:sub(-1) == "?"
      kind = kind:gsub("%?$", "")
      local value = given[position]
      if not (is_optional and value == nil) and not fits(kind, value) then
        error(string.format("%s: argument %d must be %s, got %s", name, position, kind,
          tostring(value)), 2)
      end
    end
    return body(...)
  end
end

local function in_range(what, value, low, high)
  if value < low or value > high then error(what .. " out of range: " .. value, 3) end
end

local function changing(body)
  return function(...)
    assert(stub.undo == 1 and stub.guards == 1, "a change outside of an undo block or guard")
    return body(...)
  end
end

-- -- time -----------------------------------------------------------------------------------
local function to_seconds(quarter)
  local seconds, from, bpm = 0, 0, stub.tempos[1].bpm
  for _, change in ipairs(stub.tempos) do
    if change.quarter >= quarter then break end
    seconds = seconds + (change.quarter - from) * 60 / bpm
    from, bpm = change.quarter, change.bpm
  end
  return seconds + (quarter - from) * 60 / bpm
end

local function to_quarter(seconds)
  local at = 0
  for index, change in ipairs(stub.tempos) do
    if to_seconds(change.quarter) <= seconds then at = index end
  end
  local change = stub.tempos[math.max(at, 1)]
  return change.quarter + (seconds - to_seconds(change.quarter)) * change.bpm / 60
end

local function bar() return stub.numerator * 4 / stub.denominator end

-- -- files ----------------------------------------------------------------------------------
local function listing(folder)
  local names = {}
  local command = string.format("find '%s' -maxdepth 1 -type f -printf '%%f\\n' 2>/dev/null", folder)
  local pipe = io.popen(command)
  for name in pipe:lines() do table.insert(names, name) end
  pipe:close()
  return names
end

local function enumerate_files(folder, index)
  if index == -1 or not listings[folder] then listings[folder] = listing(folder) end
  return listings[folder][index + 1]
end

-- -- tracks, items, notes -------------------------------------------------------------------
local function add_track(index)
  assert(index >= 0 and index <= #stub.tracks, "no such place for a track")
  table.insert(stub.tracks, index + 1, { class = "track", name = "", items = {} })
end

local function delete_track(track)
  track.is_gone = true
  for index, other in ipairs(stub.tracks) do
    if other == track then table.remove(stub.tracks, index) end
  end
end

local function delete_item(track, item)
  item.is_gone = true
  for index, other in ipairs(track.items) do
    if other == item then table.remove(track.items, index) end
  end
  return true
end

local function new_item(track, from, to, is_in_quarters)
  if not is_in_quarters then from, to = to_quarter(from), to_quarter(to) end
  assert(to > from, "an item without length")
  local take = { class = "take", name = "", notes = {}, is_sorted = true, origin = from }
  local item = { class = "item", from = from, to = to, take = take, loops = 1, source_from = from }
  take.item = item
  table.insert(track.items, item)
  return item
end

local function insert_text(take, _, _, at, kind, text)
  take.texts = take.texts or {}
  table.insert(take.texts, { at = at, kind = kind, text = text })
  return true
end

local function insert_note(take, selected, muted, from, to, channel, pitch, velocity, no_sort)
  in_range("channel", channel, 0, 15)
  in_range("pitch", pitch, 0, 127)
  in_range("velocity", velocity, 1, 127)
  assert(to > from, "a note without length")
  inserted = inserted + 1
  if stub.fails_at_note == inserted then return false end
  table.insert(take.notes, {
    selected = selected, muted = muted, from = from, to = to,
    channel = channel, pitch = pitch, velocity = velocity,
  })
  if no_sort then take.is_sorted = false end
  return true
end

local function sort(take)
  table.sort(take.notes, function(a, b)
    if a.from ~= b.from then return a.from < b.from end
    return a.pitch < b.pitch
  end)
  take.is_sorted = true
end

local function name_of(thing, key, value, is_new)
  assert(key == "P_NAME", "only names can be set here")
  if is_new then thing.name = value end
  return true, thing.name
end

local function item_value(item, key)
  if key == "D_POSITION" then return to_seconds(item.from) end
  if key == "D_LENGTH" then return to_seconds(item.to) - to_seconds(item.from) end
  if key == "B_LOOPSRC" then return item.loops + 0.0 end
  error("unknown key of an item: " .. key)
end

local function project_store()
  stub.project_ext[stub.project] = stub.project_ext[stub.project] or {}
  return stub.project_ext[stub.project]
end

local function key_of(section, key) return section .. "/" .. key end

-- -- the table ------------------------------------------------------------------------------
local FUNCTIONS = {
  CountTracks = { { "i" }, function() return #stub.tracks end },
  CreateNewMIDIItemInProj = { { "track", "n", "n", "b?" }, changing(new_item) },
  DeleteTrack = { { "track" }, changing(delete_track) },
  DeleteTrackMediaItem = { { "track", "item" }, changing(delete_item) },
  EnumProjects = { { "i" }, function(i) assert(i == -1) return stub.project, "" end },
  EnumerateFiles = { { "s", "i" }, enumerate_files },
  GetActiveTake = { { "item" }, function(item) return item.take end },
  GetCursorPosition = { {}, function() return stub.cursor end },
  GetExtState = { { "s", "s" }, function(s, k) return stub.ext[key_of(s, k)] or "" end },
  GetMediaItemInfo_Value = { { "item", "s" }, item_value },
  GetMediaItemTake_Source = { { "take" }, function(take)
    return { class = "source", item = take.item }
  end },
  GetMediaItemTakeInfo_Value = { { "take", "s" }, function(take, key)
    assert(key == "D_PLAYRATE", "unknown key of a take: " .. key)
    return (take.rate or 1) + 0.0
  end },
  GetMediaSourceLength = { { "source" }, function(source)
    return source.item.source_length or source.item.to - source.item.from, true
  end },
  GetOS = { {}, function() return stub.system end },
  GetPlayPosition = { {}, function() return stub.play_position end },
  GetPlayState = { {}, function() return stub.play_state end },
  GetProjExtState = { { "i", "s", "s" }, function(_, section, key)
    local value = project_store()[key_of(section, key)]
    return value and 1 or 0, value or ""
  end },
  GetSelectedMediaItem = { { "i", "i" }, function(_, index)
    if index == 0 then return stub.selected end
  end },
  GetSet_LoopTimeRange = { { "b", "b", "n", "n", "b" }, function(is_set, is_loop)
    assert(not is_set and not is_loop, "the musician's selection is to be read, not set")
    return stub.time_selection[1], stub.time_selection[2]
  end },
  GetSetMediaItemTakeInfo_String = { { "take", "s", "s", "b" }, name_of },
  GetSetMediaTrackInfo_String = { { "track", "s", "s", "b" }, name_of },
  GetTrack = { { "i", "i" }, function(_, index) return stub.tracks[index + 1] end },
  GetUserInputs = { { "s", "i", "s", "s" }, function(_, _, _, first)
    local answer = table.remove(stub.answers, 1)
    if answer == false then return false, first end
    return true, answer or first
  end },
  InsertTrackAtIndex = { { "i", "b" }, changing(add_track) },
  MB = { { "s", "s", "i" }, function(text)
    table.insert(stub.messages, "box: " .. text:gsub("\n", " "))
    return table.remove(stub.answers, 1) or error("nobody answers: " .. text)
  end },
  MIDI_CountEvts = { { "take" }, function(take) return true, #take.notes, 0, 0 end },
  MIDI_GetNote = { { "take", "i" }, function(take, index)
    local n = take.notes[index + 1]
    if not n then return false, false, false, 0, 0, 0, 0, 0 end
    return true, n.selected, n.muted, n.from, n.to, n.channel, n.pitch, n.velocity
  end },
  MIDI_GetPPQPosFromProjQN = { { "take", "n" }, function(take, quarter)
    return (quarter - take.item.source_from) * stub.ticks * (take.rate or 1)
  end },
  MIDI_GetProjQNFromPPQPos = { { "take", "n" }, function(take, ticks)
    return take.item.source_from + ticks / stub.ticks / (take.rate or 1)
  end },
  MIDI_InsertNote = { { "take", "b", "b", "n", "n", "i", "i", "i", "b?" }, changing(insert_note) },
  MIDI_InsertTextSysexEvt = { { "take", "b", "b", "n", "i", "s" }, changing(insert_text) },
  MIDI_Sort = { { "take" }, sort },
  PreventUIRefresh = { { "i" }, function(by)
    stub.guards = stub.guards + by
    assert(stub.guards >= 0, "a guard too few")
  end },
  RecursiveCreateDirectory = { { "s", "i" }, function(folder)
    os.execute("mkdir -p '" .. folder .. "'")
    return 1
  end },
  RefreshToolbar2 = { { "i", "i" }, function() end },
  SetEditCurPos = { { "n", "b", "b" }, function(seconds) stub.cursor = seconds end },
  SetExtState = { { "s", "s", "s", "b" }, function(s, k, v) stub.ext[key_of(s, k)] = v end },
  SetProjExtState = { { "i", "s", "s", "s" }, function(_, section, key, value)
    project_store()[key_of(section, key)] = value ~= "" and value or nil
    return 1
  end },
  SetToggleCommandState = { { "i", "i", "i" }, function(_, command, state)
    stub.buttons[command] = state
    return true
  end },
  ShowConsoleMsg = { { "s" }, function(text) table.insert(stub.messages, (text:gsub("\n", " "))) end },
  TakeIsMIDI = { { "take" }, function(take) return not take.is_audio end },
  TimeMap2_QNToTime = { { "i", "n" }, function(_, quarter) return to_seconds(quarter) end },
  TimeMap2_timeToBeats = { { "i", "n" }, function(_, seconds)
    local quarter = to_quarter(seconds)
    local measure = math.floor(quarter / bar())
    local beats = quarter * stub.denominator / 4
    return beats - measure * stub.numerator, measure, stub.numerator, beats, stub.denominator
  end },
  TimeMap2_timeToQN = { { "i", "n" }, function(_, seconds) return to_quarter(seconds) end },
  TimeMap_GetMeasureInfo = { { "i", "i" }, function(_, measure)
    local first = measure * bar()
    return to_seconds(first), first, first + bar(), stub.numerator, stub.denominator, 120.0
  end },
  TrackList_AdjustWindows = { { "b" }, function() end },
  Undo_BeginBlock = { {}, function()
    stub.undo = stub.undo + 1
    assert(stub.undo == 1, "an undo block within another")
  end },
  Undo_EndBlock = { { "s", "i" }, function(what)
    stub.undo = stub.undo - 1
    table.insert(stub.undone, what)
  end },
  UpdateArrange = { {}, function() end },
  atexit = { { "f" }, function(body) table.insert(at_exit, body) end },
  defer = { { "f" }, function(body) table.insert(deferred, body) return true end },
  get_action_context = { {}, function() return true, "", 0, 40000, 0, 0, 0 end },
  set_action_options = { { "i" }, function(flags) stub.options = flags end },
  time_precise = { {}, function() return stub.now end },
}

reaper = setmetatable({}, {
  __index = function(_, name)
    if name == "set_action_options" and stub.version < 7 then return nil end
    error("REAPER has no function " .. tostring(name), 2)
  end,
})
for name, spec in pairs(FUNCTIONS) do
  if not (name == "set_action_options" and stub.version < 7) then
    rawset(reaper, name, checked(name, spec[1], spec[2]))
  end
end

-- -- for the tests --------------------------------------------------------------------------
local function is_at_rest()
  assert(stub.undo == 0 and stub.guards == 0, "an undo block or a guard was left open")
end

-- Starts an action, as from the list of actions.
function stub.start(script)
  for name in pairs(package.loaded) do
    if name:match("^continuo%.") then package.loaded[name] = nil end
  end
  dofile(script)
  is_at_rest()
end

-- Lets REAPER's main loop go round for so many seconds; the number of scripts that still run.
function stub.run(seconds)
  local last = stub.now + seconds
  while stub.now < last do
    stub.now = stub.now + 0.1
    local bodies = deferred
    deferred = {}
    for _, body in ipairs(bodies) do body() end
    is_at_rest()
  end
  return #deferred
end

-- Ends every script.
function stub.exit()
  deferred = {}
  for _, body in ipairs(at_exit) do body() end
end

-- An item on a new track; notes are {pitch, start, length, velocity} counted from its source.
function stub.add_item(name, from, to, notes)
  add_track(#stub.tracks)
  local track = stub.tracks[#stub.tracks]
  track.name = name
  local item = new_item(track, from, to, true)
  for _, n in ipairs(notes) do
    local start = n[2] * stub.ticks
    insert_note(item.take, false, n.muted or false, start, start + n[3] * stub.ticks, 0, n[1], n[4])
  end
  return item
end

local function line(...) print(table.concat({ ... }, "\t")) end

-- Prints what is in the project, tab by tab.
function stub.dump()
  for _, track in ipairs(stub.tracks) do
    line("track", track.name)
    for _, item in ipairs(track.items) do
      assert(item.take.is_sorted, "notes were left unsorted")
      line("item", item.from, item.to, item.take.name)
      for _, n in ipairs(item.take.notes) do
        local start = item.source_from + n.from / stub.ticks
        line("note", n.pitch, start, (n.to - n.from) / stub.ticks, n.velocity, n.channel)
      end
      for _, t in ipairs(item.take.texts or {}) do
        line("text", item.source_from + t.at / stub.ticks, t.kind, t.text)
      end
    end
  end
  for _, text in ipairs(stub.messages) do line("message", text) end
  for _, what in ipairs(stub.undone) do line("undo", what) end
end

return stub
