-- Looks into the takes folder again and again, and inserts what the project is waiting for.

local host = require("continuo.host")
local insert = require("continuo.insert")
local takes = require("continuo.takes")

local watch = {}

local PAUSE_SECONDS = 0.5
local NEWEST, OTHERS = 8, 24 -- takes read again at each look: verdicts change
local INSERTED, LEFT_OUT = "inserted", "left out" -- what a project remembers about a take
watch.MELODY = "melody" -- what Continuo calls the track of the melody in a take

local Watch = {}
Watch.__index = Watch

-- `wants(about)`: whether a take is to be inserted, though this project did not ask for it.
function watch.new(folder, wants)
  local self = { folder = folder, wants = wants, settled = {}, turn = 0, free_from = 0 }
  return setmetatable(self, Watch)
end

local function place_key(id) return "asked " .. id end
local function take_key(stem) return "take " .. stem end

-- Has the project remember that the answer to `id` belongs at this quarter note.
function watch.expect(id, at)
  host.remember(place_key(id), string.format("%.9g", at))
end

-- Whether the project in front still waits for that answer.
function watch.is_expected(id)
  return host.remembered(place_key(id)) ~= nil
end

function Watch:place_asked(about)
  if about.id == "" then return end
  return tonumber(host.remembered(place_key(about.id)) or "")
end

-- Takes that this project has not seen, of which a few are looked at in turn.
function Watch:pending()
  local pending, few = {}, {}
  for _, stem in ipairs(takes.stems(self.folder)) do
    if not self.settled[stem] then table.insert(pending, stem) end
  end
  local old = math.max(#pending - NEWEST, 0)
  for count = 1, math.min(OTHERS, old) do
    table.insert(few, pending[(self.turn + count - 1) % old + 1])
  end
  self.turn = old > 0 and (self.turn + OTHERS) % old or 0
  table.sort(few)
  return table.move(pending, old + 1, #pending, #few + 1, few)
end

-- Whether the take is this project's to insert now.
function Watch:is_due(stem, about)
  if host.remembered(take_key(stem)) == INSERTED then
    self.settled[stem] = true
    return false
  end
  return self:place_asked(about) ~= nil or self.wants(about)
end

-- Where the next take goes that nobody has given a place: never onto the one before it.
function Watch:next_place()
  local at, is_playing = insert.place()
  if is_playing then at = math.max(at, self.free_from) end
  return at, is_playing
end

function Watch:insert(stem, about)
  self.settled[stem] = true
  local asked_at = self:place_asked(about)
  if asked_at then host.remember(place_key(about.id), "") end
  local song, trouble = takes.song(self.folder, stem)
  if not song then return host.say(trouble) end
  local at, is_playing = asked_at, true
  if not at then at, is_playing = self:next_place() end
  local leaves_out = asked_at and watch.MELODY or nil
  local ok
  ok, trouble = insert.song(song, takes.title(stem, about, song), at, leaves_out)
  if not ok then return host.say(trouble) end
  host.remember(take_key(stem), INSERTED)
  if asked_at then return end
  self.free_from = at + song.length
  if not is_playing then
    reaper.SetEditCurPos(reaper.TimeMap2_QNToTime(0, self.free_from), false, false)
  end
end

-- Looks once.
function Watch:look()
  if host.project() ~= self.project then self:begin_project(false) end
  for _, stem in ipairs(self:pending()) do
    local about = takes.about(self.folder, stem)
    if about and self:is_due(stem, about) then self:insert(stem, about) end
  end
end

-- Takes that lie there already: inserted only if the musician says so, and asked about once.
function Watch:begin_project(may_ask)
  self.project, self.settled, self.free_from = host.project(), {}, 0
  local new = {}
  for _, stem in ipairs(takes.stems(self.folder)) do
    local about = takes.about(self.folder, stem)
    if about and self.wants(about) and not self:place_asked(about) then
      self.settled[stem] = true
      if not host.remembered(take_key(stem)) then table.insert(new, stem) end
    end
  end
  if #new == 0 or not may_ask then return end
  local is_wished = self:asks_for(#new)
  for _, stem in ipairs(new) do
    if is_wished then self.settled[stem] = nil else host.remember(take_key(stem), LEFT_OUT) end
  end
end

function Watch:asks_for(count)
  local lie = count == 1 and "One take lies" or count .. " takes lie"
  local yes = 6
  return yes == reaper.MB(
    lie .. " in the folder already. Insert too, one after the other?\n\n"
      .. "No: only what comes from now on.", "Continuo", 4)
end

-- Runs `step` every half second until it gives back true; what goes wrong is said once.
function watch.every_half_second(step)
  local next_seconds, last_trouble = 0, nil
  local function tick()
    local now = reaper.time_precise()
    if now >= next_seconds then
      next_seconds = now + PAUSE_SECONDS
      local ok, result = pcall(step)
      if ok and result then return end
      if not ok and result ~= last_trouble then
        last_trouble = result
        host.say("something went wrong: " .. tostring(result))
      end
    end
    reaper.defer(tick)
  end
  tick()
end

-- Lights the action's button while it runs.
local function light(section, command, is_on)
  reaper.SetToggleCommandState(section, command, is_on and 1 or 0)
  reaper.RefreshToolbar2(section, command)
end

-- Inserts takes until REAPER or the musician ends the script. `wants`: see watch.new.
function watch.run(wants)
  local folder = host.folder()
  if not folder then return end
  local _, _, section, command = reaper.get_action_context()
  -- REAPER 7: started again, the script ends; REAPER 6 asks.
  if reaper.set_action_options then reaper.set_action_options(1) end
  light(section, command, true)
  reaper.atexit(function() light(section, command, false) end)
  local self = watch.new(folder, wants)
  self:begin_project(true)
  watch.every_half_second(function() self:look() end)
end

return watch
