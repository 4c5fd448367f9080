-- Reads standard MIDI files: notes by track, in quarter notes; nothing of REAPER in here.
-- For Lua 5.3 and 5.4 (REAPER 6 and 7).

local smf = {}

local MOST_BYTES = 4 * 1024 * 1024
local DATA_BYTES = { [0x8] = 2, [0x9] = 2, [0xA] = 2, [0xB] = 2, [0xC] = 1, [0xD] = 1, [0xE] = 2 }
local META, END_OF_TRACK, NAME, MARKER, TEMPO = 0xFF, 0x2F, 0x03, 0x06, 0x51

-- A reader goes through `bytes` and raises {reason} rather than read past `last`.
local Reader = {}
Reader.__index = Reader

local function refuse(reason)
  error({ reason = reason }, 0)
end

local function new_reader(bytes, first, last)
  return setmetatable({ bytes = bytes, at = first, last = last }, Reader)
end

function Reader:take(count)
  local from, to = self.at, self.at + count - 1
  if to > self.last then refuse("it ends in the middle") end
  self.at = to + 1
  return self.bytes:sub(from, to)
end

function Reader:byte()
  return self:take(1):byte()
end

function Reader:data_byte()
  local value = self:byte()
  if value > 127 then refuse("an event lacks a byte") end
  return value
end

function Reader:quantity()
  local value = 0
  for _ = 1, 4 do
    local byte = self:byte()
    value = (value << 7) | (byte & 0x7F)
    if byte < 0x80 then return value end
  end
  refuse("a length has more than four bytes")
end

-- One track while it is read: `held` are the notes that sound, by channel and pitch.
local function new_part()
  return { name = "", notes = {}, held = {}, tick = 0 }
end

local function strike(part, channel, pitch, velocity)
  local key = channel * 128 + pitch
  local note = { start = part.tick, channel = channel, pitch = pitch, velocity = velocity }
  part.held[key] = part.held[key] or {}
  table.insert(part.held[key], note)
  table.insert(part.notes, note)
end

-- The note struck first ends first.
local function release(part, channel, pitch)
  local held = part.held[channel * 128 + pitch]
  local note = held and table.remove(held, 1)
  if note then note.stop = part.tick end
end

local function read_channel_event(part, reader, status)
  local kind, channel = status >> 4, status & 0x0F
  local first = reader:data_byte()
  local second = DATA_BYTES[kind] == 2 and reader:data_byte() or 0
  if kind == 0x9 and second > 0 then
    strike(part, channel, first, second)
  elseif kind == 0x8 or kind == 0x9 then
    release(part, channel, first)
  end
end

-- Old programs write Latin-1, today's write UTF-8.
local function text_of(data)
  local text = data:gsub("%c", " "):match("^%s*(.-)%s*$")
  if utf8.len(text) then return text end
  return (text:gsub("[\x80-\xFF]", function(letter) return utf8.char(letter:byte()) end))
end

-- True at the end of the track.
local function read_meta(part, reader, song)
  local kind = reader:byte()
  local data = reader:take(reader:quantity())
  if kind == NAME and part.name == "" then
    part.name = text_of(data)
  elseif kind == MARKER then
    table.insert(song.markers, { at = part.tick, text = text_of(data) })
  elseif kind == TEMPO and #data == 3 and not song.bpm then
    local microseconds = string.unpack(">I3", data)
    if microseconds > 0 then song.bpm = 60000000 / microseconds end
  end
  return kind == END_OF_TRACK
end

local function read_track(reader, song)
  local part, running = new_part(), nil
  while reader.at <= reader.last do
    part.tick = part.tick + reader:quantity()
    local status = reader:byte()
    if status < 0x80 then
      if not running then refuse("an event has no status") end
      reader.at = reader.at - 1
      read_channel_event(part, reader, running)
    elseif status == META then
      running = nil
      if read_meta(part, reader, song) then break end
    elseif status == 0xF0 or status == 0xF7 then
      running = nil
      reader:take(reader:quantity())
    elseif status > 0xF0 then
      refuse("an event is none of a file's")
    else
      running = status
      read_channel_event(part, reader, status)
    end
  end
  return part
end

-- Notes in quarter notes; one that was never released lasts to the end of its track.
local function finished(part, ticks_per_quarter)
  local notes = {}
  for _, note in ipairs(part.notes) do
    local stop = math.max(note.stop or part.tick, note.start + 1)
    table.insert(notes, {
      start = note.start / ticks_per_quarter,
      stop = stop / ticks_per_quarter,
      channel = note.channel,
      pitch = note.pitch,
      velocity = note.velocity,
    })
  end
  return { name = part.name, notes = notes, length = part.tick / ticks_per_quarter }
end

local function read_header(reader)
  if reader:take(4) ~= "MThd" then refuse("it is not a MIDI file") end
  local size = string.unpack(">I4", reader:take(4))
  if size < 6 then refuse("its header is too short") end
  local format, count, division = string.unpack(">I2I2I2", reader:take(6))
  reader:take(size - 6)
  if format > 1 then refuse("its format is " .. format .. ", not 0 or 1") end
  if division == 0 or division >= 0x8000 then refuse("its time is not in ticks of a beat") end
  return count, division
end

local function read_song(bytes)
  if #bytes > MOST_BYTES then refuse("it is larger than 4 MB") end
  local reader = new_reader(bytes, 1, #bytes)
  local count, division = read_header(reader)
  local song = { tracks = {}, markers = {}, length = 0 }
  while #song.tracks < count do
    local kind = reader:take(4)
    local size = string.unpack(">I4", reader:take(4))
    local first = reader.at
    reader:take(size)
    if kind == "MTrk" then
      local part = read_track(new_reader(bytes, first, first + size - 1), song)
      local track = finished(part, division)
      song.length = math.max(song.length, track.length)
      table.insert(song.tracks, track)
    end
  end
  for _, marker in ipairs(song.markers) do marker.at = marker.at / division end
  song.bpm = song.bpm or 120
  return song
end

-- The song in these bytes: {bpm, length, tracks = {{name, length, notes}}, markers = {{at, text}}};
-- or nil and a reason.
function smf.parse(bytes)
  local ok, result = pcall(read_song, bytes)
  if ok then return result end
  if type(result) == "table" then return nil, result.reason end
  error(result, 0)
end

return smf
