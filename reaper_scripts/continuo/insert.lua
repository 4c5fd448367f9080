-- Puts a take into the project as MIDI items: whole, in one undo step, or not at all.

local insert = {}

local CLOSE = 1e-6 -- quarter notes: a bar line is met in spite of rounding
local MARKER = 6 -- the kind of text event
local MOST_BARS = 1000 -- looked through for the bar at hand

-- The bar around a time: its first quarter note, and that of the next bar.
function insert.bar_around(quarter, seconds)
  local _, measure = reaper.TimeMap2_timeToBeats(0, seconds)
  measure = math.tointeger(measure) or math.floor(measure)
  for _ = 1, MOST_BARS do
    local _, first, next_first = reaper.TimeMap_GetMeasureInfo(0, measure)
    if quarter < first - CLOSE then
      measure = measure - 1
    elseif quarter > next_first - CLOSE then
      measure = measure + 1
    else
      return first, next_first
    end
  end
  error("no bar is found at quarter note " .. quarter)
end

-- Where a take goes: the next bar of the play cursor, or, if nothing plays, the edit cursor.
function insert.place()
  local is_playing = reaper.GetPlayState() & 5 ~= 0 -- 1 plays, 4 records
  if not is_playing then
    return reaper.TimeMap2_timeToQN(0, reaper.GetCursorPosition()), false
  end
  local seconds = reaper.GetPlayPosition()
  local _, next_bar = insert.bar_around(reaper.TimeMap2_timeToQN(0, seconds), seconds)
  return next_bar, true
end

-- A track of that name which this take has not used yet, in whatever case it is written.
local function track_named(name, used)
  local near
  for index = 0, reaper.CountTracks(0) - 1 do
    local track = reaper.GetTrack(0, index)
    local _, found = reaper.GetSetMediaTrackInfo_String(track, "P_NAME", "", false)
    if not used[track] then
      if found == name then return track end
      if not near and found:lower() == name:lower() then near = track end
    end
  end
  return near
end

local function appended_track(name, made)
  local index = reaper.CountTracks(0)
  reaper.InsertTrackAtIndex(index, true)
  local track = reaper.GetTrack(0, index)
  table.insert(made.tracks, track)
  reaper.GetSetMediaTrackInfo_String(track, "P_NAME", name, true)
  return track
end

local function fill(midi, part, at)
  for _, note in ipairs(part.notes) do
    local start = reaper.MIDI_GetPPQPosFromProjQN(midi, at + note.start)
    local stop = reaper.MIDI_GetPPQPosFromProjQN(midi, at + note.stop)
    local done = reaper.MIDI_InsertNote(
      midi, false, false, start, stop, note.channel, note.pitch, note.velocity, true)
    if not done then error("REAPER takes no note at quarter note " .. at + note.start) end
  end
  reaper.MIDI_Sort(midi)
end

local function insert_part(part, name, at, length, made)
  local track = track_named(part.name, made.used) or appended_track(part.name, made)
  made.used[track] = true
  local item = reaper.CreateNewMIDIItemInProj(track, at, at + length, true)
  if not item then error("REAPER makes no item on the track " .. part.name) end
  table.insert(made.items, { track = track, item = item })
  local midi = reaper.GetActiveTake(item)
  reaper.GetSetMediaItemTakeInfo_String(midi, "P_NAME", name, true)
  fill(midi, part, at)
  return midi
end

-- The names of the chords as markers inside the first item: they move with it.
local function mark(midi, markers, at)
  for _, marker in ipairs(markers) do
    local place = reaper.MIDI_GetPPQPosFromProjQN(midi, at + marker.at)
    reaper.MIDI_InsertTextSysexEvt(midi, false, false, place, MARKER, marker.text)
  end
  reaper.MIDI_Sort(midi)
end

local function take_back(made)
  for _, one in ipairs(made.items) do reaper.DeleteTrackMediaItem(one.track, one.item) end
  for index = #made.tracks, 1, -1 do reaper.DeleteTrack(made.tracks[index]) end
end

-- Inserts the parts that have notes, named `title`, from the quarter note `at` on.
-- True, or nil and a sentence; then the project is as it was.
function insert.song(song, title, at, leaves_out)
  local made = { tracks = {}, items = {}, used = {} }
  local function all()
    for index, part in ipairs(song.tracks) do
      if #part.notes > 0 and part.name ~= leaves_out then
        if part.name == "" then part.name = "Continuo " .. index end
        local midi = insert_part(part, title, at, song.length, made)
        if not made.is_marked then mark(midi, song.markers, at) end
        made.is_marked = true
      end
    end
  end
  reaper.Undo_BeginBlock()
  reaper.PreventUIRefresh(1)
  local ok, trouble = pcall(all)
  if not ok then pcall(take_back, made) end
  reaper.PreventUIRefresh(-1)
  reaper.TrackList_AdjustWindows(false)
  reaper.UpdateArrange()
  reaper.Undo_EndBlock("Continuo: insert " .. title, -1)
  if ok then return true end
  return nil, title .. " is not inserted: " .. tostring(trouble)
end

return insert
