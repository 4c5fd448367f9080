# Continuo from Sonic Pi (3 or 4). UNTRIED in Sonic Pi: written from its tutorial and issues.
#
# Start `continuo play` first. Run this: it sends a phrase, asks for a take of it, and plays the
# take on Continuo's beats. Change a number and run again: the same phrase and seed give the same
# notes, and a new take enters at the next bar line.
#
# Sonic Pi has been seen to lose messages that come in one burst (its issue 1839). If the notes of
# a take are not all there, it says so: run again, or let Continuo Out play.

use_osc "127.0.0.1", 11020
set :continuo_round, 16      # beats until the take goes round
phrase = [[67, 0, 1], [69, 1, 1], [71, 2, 1], [74, 3, 1], [72, 4, 1], [71, 5, 1], [69, 6, 2],
          [71, 8, 1], [74, 9, 1], [76, 10, 1], [74, 11, 0.5], [72, 11.5, 0.5],
          [71, 12, 1], [67, 13, 1], [69, 14, 2]]
notes = phrase.flat_map { |pitch, start, duration| [pitch, start.to_f, duration.to_f, 80, 0] }

# One after the other, so that none overtakes.
[["/continuo/subscribe", 4560],          # Sonic Pi's own OSC port
 ["/continuo/melody/begin", "tune", 16.0],
 ["/continuo/melody/note", *notes],
 ["/continuo/melody/end", "tune"],
 ["/continuo/control", "temperature", 0.8],
 ["/continuo/generate", "tune", 7],
 ["/continuo/transport/start"]].each do |message|
  osc(*message)
  sleep 0.05
end

# What is wrong is said in a sentence.
live_loop :continuo_error do
  use_real_time
  address, message = sync "/osc*/continuo/error"
  puts "Continuo, #{address}: #{message}"
end

# Notes come by track, five numbers each: pitch, start, duration, velocity, mute.
live_loop :continuo_notes do
  use_real_time
  id, track, chunk, *notes = sync "/osc*/continuo/clip/notes"
  name = "continuo_track_#{track}".to_sym
  set name, (chunk == 0 ? notes : get[name].to_a + notes).ring
end

live_loop :continuo_whole do
  use_real_time
  id, count = sync "/osc*/continuo/clip/end"
  came = [1, 2, 3].flat_map { |track| (get["continuo_track_#{track}".to_sym] || []).to_a }.ring
  puts "Continuo: #{id}, #{came.size / 5} of #{count} notes"
  set :continuo_is_new, true unless came == get[:continuo_all]   # the same notes go on as they are
  set :continuo_all, came
end

# On each beat, play what starts within it.
live_loop :continuo_play do
  use_real_time
  bar, beat, bpm = sync "/osc*/continuo/beat"
  use_bpm bpm
  if beat == 1 and get[:continuo_is_new]
    set :continuo_is_new, false
    set :continuo_position, 0
    position = 0
  else
    position = (get[:continuo_position] || -1) + 1
    position %= get[:continuo_round]
    set :continuo_position, position
  end
  [1, 2, 3].each do |track|
    notes = get["continuo_track_#{track}".to_sym]
    (notes || []).to_a.each_slice(5) do |pitch, start, duration, velocity, mute|
      next if mute == 1 or start < position or start >= position + 1
      at start - position do
        synth :piano, note: pitch, sustain: duration * 0.9, release: 0.1, amp: velocity / 127.0
      end
    end
  end
end
