-- Takes on disk: a .mid and a .json of the same stem, both put there whole by renaming.

local host = require("continuo.host")
local smf = require("continuo.smf")

local takes = {}

-- The stems of all takes in a folder, oldest first. The .json comes last: with it a take is whole.
function takes.stems(folder)
  local stems = {}
  for _, name in ipairs(host.names(folder)) do
    local stem = name:match("^([^.].*)%.json$")
    if stem then table.insert(stems, stem) end
  end
  return stems
end

-- What is said about a take: {id, verdict, model, seed}; nil if the file is gone, no take's, or
-- that of a take which is still being played.
-- Inside a text, JSON writes \" for ", so that none of these can be matched there.
function takes.about(folder, stem)
  local text = host.read(host.join(folder, stem .. ".json"))
  if not text or not text:match('"format"%s*:%s*1%D') then return end
  if text:match('"growing"%s*:%s*true') then return end -- there is more to come
  return {
    id = text:match('"id"%s*:%s*"([^"\\]*)"') or "",
    verdict = text:match('"verdict"%s*:%s*"(%a+)"') or "",
    model = text:match('"model"%s*:%s*"([^"\\]*)"') or "melody",
    seed = text:match('"seed"%s*:%s*(%d+)') or "",
  }
end

-- The song of a take; nil and a sentence if it cannot be read.
function takes.song(folder, stem)
  local bytes = host.read(host.join(folder, stem .. ".mid"))
  if not bytes then return nil, stem .. ".mid is not there" end
  local song, reason = smf.parse(bytes)
  if not song then return nil, stem .. ".mid cannot be read: " .. reason end
  for _, track in ipairs(song.tracks) do
    if #track.notes > 0 then return song end
  end
  return nil, stem .. ".mid has no notes"
end

-- What its items are called.
function takes.title(stem, about, song)
  local title = about.model .. " " .. (about.id ~= "" and about.id or stem)
  if about.seed ~= "" then title = title .. ", seed " .. about.seed end
  return string.format("%s, %.4g bpm", title, song.bpm)
end

return takes
