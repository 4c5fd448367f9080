-- Sends a MIDI item as a melody: by a file in `inbox`, in the takes folder, that Continuo reads.
-- The file's form is told in bridge/storage/melody_inbox.py.

local host = require("continuo.host")
local insert = require("continuo.insert")
local watch = require("continuo.watch")

local melody = {}

local PATIENCE_SECONDS = 20
local CLOSE = 1e-6

-- How long the item's source is heard before it loops, in quarter notes; nil if it does not.
local function loop_length(item, midi)
  if reaper.GetMediaItemInfo_Value(item, "B_LOOPSRC") == 0 then return end
  local source = reaper.GetMediaItemTake_Source(midi)
  local length, is_in_quarters = reaper.GetMediaSourceLength(source)
  local rate = reaper.GetMediaItemTakeInfo_Value(midi, "D_PLAYRATE")
  if is_in_quarters and length > CLOSE and rate > 0 then return length / rate end
end

-- The notes heard in [first, last) quarter notes of the project, each as {start, stop, ...}.
local function notes_in(item, midi, first, last)
  local notes, loop = {}, loop_length(item, midi)
  local _, count = reaper.MIDI_CountEvts(midi)
  for index = 0, count - 1 do
    local _, _, muted, from, to, channel, pitch, velocity = reaper.MIDI_GetNote(midi, index)
    local start = reaper.MIDI_GetProjQNFromPPQPos(midi, from)
    local length = reaper.MIDI_GetProjQNFromPPQPos(midi, to) - start
    while not muted and length > 0 and start < last - CLOSE do
      if start >= first - CLOSE then
        table.insert(notes, {
          start = start, stop = math.min(start + length, last),
          channel = channel, pitch = pitch, velocity = velocity,
        })
      end
      if not loop then break end
      start = start + loop
    end
  end
  table.sort(notes, function(a, b)
    if a.start ~= b.start then return a.start < b.start end
    return a.pitch < b.pitch
  end)
  return notes
end

-- What an item says from bar line to bar line: {at, length, bpm, notes}; or nil and a sentence.
function melody.of(item)
  local midi = item and reaper.GetActiveTake(item)
  if not midi or not reaper.TakeIsMIDI(midi) then
    return nil, "select a MIDI item first: that is the melody"
  end
  local begin_seconds = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
  local end_seconds = begin_seconds + reaper.GetMediaItemInfo_Value(item, "D_LENGTH")
  local first = reaper.TimeMap2_timeToQN(0, begin_seconds)
  local last = reaper.TimeMap2_timeToQN(0, end_seconds)
  local notes = notes_in(item, midi, first, last)
  if #notes == 0 then return nil, "the selected item has no notes" end
  local at = insert.bar_around(first, begin_seconds)
  local line, after = insert.bar_around(last, end_seconds)
  if last - line > CLOSE then line = after end
  local beat_seconds = reaper.TimeMap2_QNToTime(0, at + 1) - reaper.TimeMap2_QNToTime(0, at)
  return { at = at, length = line - at, bpm = 60 / beat_seconds, notes = notes }
end

-- Puts into what was heard which of it is to be filled: where the time selection is on the item.
-- True, or nil and a sentence.
function melody.take_selection(heard)
  local from, to = reaper.GetSet_LoopTimeRange(false, false, 0, 0, false)
  if to - from < CLOSE then
    return nil, "select the time to be filled first: drag in the ruler, over the selected item"
  end
  local first = math.max(reaper.TimeMap2_timeToQN(0, from), heard.at)
  local last = math.min(reaper.TimeMap2_timeToQN(0, to), heard.at + heard.length)
  if last - first < CLOSE then return nil, "the time selection does not touch the selected item" end
  heard.fill = { first - heard.at, last - heard.at }
  return true
end

-- The text of a melody's file.
function melody.text(id, heard)
  local lines = {
    "continuo melody 1",
    "id " .. id,
    string.format("bpm %.9g", heard.bpm),
    string.format("length %.9g", heard.length),
  }
  if heard.fill then
    table.insert(lines, string.format("fill %.9g %.9g", heard.fill[1], heard.fill[2]))
  end
  for _, note in ipairs(heard.notes) do
    local start = math.max(note.start - heard.at, 0)
    table.insert(lines, string.format("note %d %.9g %.9g %d %d", note.pitch, start,
      note.stop - note.start, note.velocity, note.channel))
  end
  table.insert(lines, "end\n")
  return table.concat(lines, "\n")
end

local function free_id(inbox)
  local stem, number = "reaper-" .. os.date("%Y%m%d-%H%M%S"), 1
  local id = stem
  while watch.is_expected(id) or host.read(host.join(inbox, id .. ".melody")) do
    number = number + 1
    id = stem .. "-" .. number
  end
  return id
end

-- Writes the file and remembers where the answer belongs; its id, or nil and a sentence.
function melody.send(folder, heard)
  local inbox = host.join(folder, "inbox")
  reaper.RecursiveCreateDirectory(inbox, 0)
  local id = free_id(inbox)
  watch.expect(id, heard.at)
  local ok, reason = host.write(host.join(inbox, id .. ".melody"), melody.text(id, heard))
  if ok then return id end
  return nil, "cannot write into " .. inbox .. ": " .. tostring(reason)
end

-- What Continuo answered instead of a take, if it did.
local function refusal(folder, id)
  local path = host.join(host.join(folder, "inbox"), id .. ".error")
  local text = host.read(path)
  if text then os.remove(path) end
  return text
end

-- Waits for the answer and has it inserted where the melody is.
local function await(folder, id)
  local seconds = reaper.time_precise() + PATIENCE_SECONDS
  local project = host.project()
  local self = watch.new(folder, function() return false end)
  self:begin_project(false)
  watch.every_half_second(function()
    local refused = refusal(folder, id)
    if refused then
      host.say(refused:match("^%s*(.-)%s*$"))
      return true
    end
    self:look()
    if host.project() == project and not watch.is_expected(id) then return true end
    if reaper.time_precise() < seconds then return false end
    os.remove(host.join(host.join(folder, "inbox"), id .. ".melody"))
    host.say("no answer after " .. PATIENCE_SECONDS .. " seconds. Is `continuo play` running, "
      .. "and are its takes in " .. folder .. "?")
    return true
  end)
end

-- Sends the selected item and inserts the answer beside it; `fills`: only the time selection.
function melody.run(fills)
  local heard, trouble = melody.of(reaper.GetSelectedMediaItem(0, 0))
  if not heard then return host.say(trouble) end
  local ok = true
  if fills then ok, trouble = melody.take_selection(heard) end
  if not ok then return host.say(trouble) end
  local folder = host.folder()
  if not folder then return end
  local id
  id, trouble = melody.send(folder, heard)
  if not id then return host.say(trouble) end
  await(folder, id)
end

return melody
